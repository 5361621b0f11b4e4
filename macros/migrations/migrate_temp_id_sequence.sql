{% macro migrate_temp_id_sequence(plan_only=false) %}
{#-
  dbt run-operation migrate_temp_id_sequence: brings temp_id_sequence to its current layout and keeps
  its counter, whatever was there before: no table, the counter in a column `id` (with or without
  updated_at), a primary key, missing defaults, no row, several rows (the highest counts).
  One transaction; a second run finds nothing to do.

  Arguments
    plan_only  say what would be done and change nothing
-#}
{%- if plan_only is not boolean -%}
    {{ exceptions.raise_compiler_error("In migrate_temp_id_sequence: plan_only must be true or false, not " ~ (plan_only | tojson)) }}
{%- endif -%}
{%- set table = target.schema ~ '.temp_id_sequence' -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- set steps = company_enrichment.temp_id_sequence_steps(table) -%}
    {%- if not steps -%}
        {%- do log("migrate_temp_id_sequence: " ~ table ~ " has the current layout, nothing to do", info=true) -%}
    {%- endif -%}
    {%- for step in steps -%}
        {%- do log("migrate_temp_id_sequence: " ~ ("would " if plan_only else "") ~ step.what, info=true) -%}
        {%- if not plan_only -%}
            {%- do run_query(step.sql) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endcall -%}
{% endmacro %}
