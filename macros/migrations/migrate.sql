{% macro migrate() %}
{#-
  dbt run-operation migrate: brings the operational tables and functions to this project's version
  without running a model. For deployments whose `dbt run` has no right to create them, and where an operational table was
  lost and is to begin empty.
-#}
{%- do company_enrichment.begin_operation('migrate') -%}
{%- if not company_enrichment.deploy_schema(creates_lost_tables=true) -%}
    {%- call company_enrichment.say('company_enrichment') -%} schema {{ target.schema }} is current, nothing to do {%- endcall -%}
{%- endif -%}
{%- do company_enrichment.lift_sequence_behind_published_ids() -%}
{% endmacro %}
