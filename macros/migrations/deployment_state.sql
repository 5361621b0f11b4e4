{% macro deployment_state() %}
{#-
  dbt run-operation deployment_state: prints how the deployment compares with this project, as one line of JSON, for
  `company-enrichment doctor`. Only reads, in a transaction in which the database refuses every write.

    name_rules_wait  the rules of the name key have changed, and keys made by the deployed ones are stored
    is_behind        the next deployment would change something else
    lost_parts       what the operational tables have lost since the last one: a list of {kind, part_name, table_name}
-#}
{%- do company_enrichment.begin_operation('deployment_state') -%}
{%- do run_query("set transaction read only") -%}
{%- set deployed = company_enrichment.deployed_schema() -%}
{%- set plan = company_enrichment.deployment_plan(deployed) -%}
{%- set lost_parts = [] -%}
{%- for part in company_enrichment.missing_parts() if part.kind != 'table' -%}
    {%- do lost_parts.append({'kind': part.kind, 'part_name': part.part_name, 'table_name': part.table_name}) -%}
{%- endfor -%}
{%- do print('deployment_state: ' ~ tojson({
    'name_rules_wait': plan.keeps_name_key,
    'is_behind': not plan.is_done,
    'lost_parts': lost_parts,
})) -%}
{% endmacro %}
