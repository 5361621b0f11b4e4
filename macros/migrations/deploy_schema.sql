{% macro deploy_schema() %}
{#-
  Creates the operational tables and SQL functions that are missing or differ from this project, in one transaction;
  nothing at all when the database has what was rendered. Two at once: the second waits and finds nothing left to do.
  Returns true when something was deployed.

  Changed rules of the name key are not deployed over keys that were made by others: the old functions stay, and each
  run says so.
-#}
{%- do company_enrichment.refuse_unsuitable_database() -%}
{%- do company_enrichment.refuse_predecessor_tables() -%}
{%- set deployed = company_enrichment.deployed_schema() -%}
{%- do company_enrichment.refuse_newer_schema(deployed) -%}
{%- set plan = company_enrichment.deployment_plan(deployed) -%}
{%- if plan.keeps_name_key -%}
    {%- do exceptions.warn(
        "The rules of the name key have changed, but keys made with the old rules are stored. "
        "The old rules stay in force until the keys are re-made.") -%}
{%- endif -%}
{%- if plan.is_done -%}
    {%- do company_enrichment.warn_of_changed_characters(deployed) -%}
    {{- return(false) -}}
{%- endif -%}

{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- set deployed = company_enrichment.deployed_schema() -%}
    {%- set plan = company_enrichment.deployment_plan(deployed) -%}
    {%- if not plan.is_done -%}
        {%- do company_enrichment.deploy_objects(deployed, plan) -%}
    {%- endif -%}
{%- endcall -%}
{{- return(true) -}}
{% endmacro %}
