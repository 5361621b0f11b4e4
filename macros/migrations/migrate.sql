{% macro migrate(execute=false) %}
{#-
  dbt run-operation migrate: brings the operational tables and functions to this project's version
  without running a model. For deployments whose `dbt run` has no right to create them. A second one finds nothing to do.

  Argument
    execute  also where an operational table was lost: it begins empty. Without it, such tables are named and nothing is done
-#}
{%- do company_enrichment.begin_operation('migrate', {'execute': [execute, {'is': 'boolean'}]}) -%}
{%- if not company_enrichment.deploy_schema(creates_lost_tables=execute) -%}
    {%- call company_enrichment.say('company_enrichment') -%} schema {{ target.schema }} is current, nothing to do {%- endcall -%}
{%- endif -%}
{%- do company_enrichment.lift_sequence_behind_published_ids() -%}
{% endmacro %}
