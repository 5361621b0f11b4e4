{% macro deploy_schema(creates_lost_tables=false) %}
{#-
  Creates the operational tables and SQL functions that are missing or differ from this project, in one transaction;
  nothing at all when the database has what was rendered, and no table has lost a part of it. Two at once: the second waits
  and finds nothing left to do. Returns true when something was deployed.

  Changed rules of the name key are not deployed over keys that were made by others: the old functions stay, and each
  run says so.

  Argument
    creates_lost_tables  a table that was deployed and is not there any more is created, empty; otherwise that is an error
-#}
{%- do company_enrichment.refuse_unsuitable_database() -%}
{%- do company_enrichment.refuse_predecessor_tables() -%}
{%- set deployed = company_enrichment.deployed_schema() -%}
{%- do company_enrichment.refuse_unknown_schema(deployed) -%}
{%- set plan = company_enrichment.deployment_plan(deployed) -%}
{%- if plan.keeps_name_key -%}
    {%- call company_enrichment.warn() -%}
        The rules of the name key have changed, but keys made with the old rules are stored.
        The old rules stay in force until the keys are re-made.
    {%- endcall -%}
{%- endif -%}
{%- set missing = company_enrichment.missing_parts() -%}
{%- set lost_tables = missing | selectattr('kind', 'equalto', 'table') | map(attribute='table_name') | list -%}
{%- if lost_tables and not creates_lost_tables -%}
    {%- call company_enrichment.refuse() -%}
        Schema {{ target.schema }} has lost {{ lost_tables | join(', ') }}. Nothing was done. Restore it (docs/backup.md,
        Single tables), or, where it may begin empty, create it anew: dbt run-operation migrate --args '{execute: true}'
    {%- endcall -%}
{%- elif missing -%}
    {%- call company_enrichment.warn() -%}
        Operational tables lack what they were deployed with: {{ missing | map(attribute='table_name') | unique | join(', ') }}.
        They were restored without it? It is made again; the newest row of schema_migrations says what.
    {%- endcall -%}
{%- elif plan.is_done -%}
    {%- do company_enrichment._warn_of_changed_characters(deployed) -%}
    {{- return(false) -}}
{%- endif -%}

{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- set deployed = company_enrichment.deployed_schema() -%}
    {%- set plan = company_enrichment.deployment_plan(deployed) -%}
    {%- if not plan.is_done or company_enrichment.missing_parts() -%}
        {%- do company_enrichment.deploy_objects(deployed, plan) -%}
    {%- endif -%}
{%- endcall -%}
{{- return(true) -}}
{% endmacro %}

{% macro _warn_of_changed_characters(deployed) %}
{#-
  Warns when the rules in force give other keys than when they were deployed, although their text is the same: another
  operating system, PostgreSQL or character type has another idea of letters and case.

  Argument
    deployed  what deployed_schema() returned
-#}
{%- set version_now -%} select {{ target.schema }}.company_name_key_version() {%- endset -%}
{%- set key_version = company_enrichment.value_of(version_now) -%}
{%- if deployed.key_version and deployed.key_version != key_version and company_enrichment.has_stored_name_keys() -%}
    {%- call company_enrichment.warn() -%}
        The database's character type has changed: the name rules were deployed as version {{ deployed.key_version }}
        and now behave as {{ key_version }}. A name may no longer meet the key that was stored for it.
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
