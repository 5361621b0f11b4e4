{% macro migrate_temp_id_sequence(plan_only=false, at_least=none, reset=false) %}
{#-
  dbt run-operation migrate_temp_id_sequence: brings temp_id_sequence to its current layout and keeps
  its counter, whatever was there before: no table, the counter in a column `id` (with or without
  updated_at), a primary key, missing defaults, no row, several rows (the highest counts). A counter
  below an id that is in use is lifted. One transaction; a second run finds nothing to do.

  Arguments
    plan_only  say what would be done and change nothing
    at_least   lift the counter to this number, when it is lower
    reset      start at 0; refused when any id was ever issued
-#}
{%- for name, value in {'plan_only': plan_only, 'reset': reset}.items() if value is not boolean -%}
    {{ exceptions.raise_compiler_error("In migrate_temp_id_sequence: " ~ name ~ " must be true or false, not " ~ (value | tojson)) }}
{%- endfor -%}
{%- if at_least is not none and (at_least is not integer or at_least is boolean or at_least < 0 or at_least > 2147483647) -%}
    {{ exceptions.raise_compiler_error(
        "In migrate_temp_id_sequence: at_least must be a number from 0 to 2147483647, not " ~ (at_least | tojson)) }}
{%- elif at_least is not none and reset -%}
    {{ exceptions.raise_compiler_error("In migrate_temp_id_sequence: reset and at_least contradict each other.") }}
{%- endif -%}
{%- set table = target.schema ~ '.temp_id_sequence' -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- set highest = company_enrichment.highest_published_temp_number() -%}
    {%- if reset and highest > 0 -%}
        {{ exceptions.raise_compiler_error(
            "In migrate_temp_id_sequence: ids up to number " ~ highest ~ " were issued, so the counter cannot be reset: they"
            ~ " would be issued again.") }}
    {%- endif -%}
    {%- set steps = company_enrichment.temp_id_sequence_steps(table, [highest, at_least or 0] | max, reset) -%}
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
