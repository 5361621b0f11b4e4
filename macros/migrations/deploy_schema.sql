{% macro deploy_schema() %}
{#-
  Creates the operational tables and SQL functions that are missing or differ from this project, in one transaction;
  nothing at all when the database has what was rendered. Two at once: the second waits and finds nothing left to do.
  Returns true when something was deployed.

  Changed rules of the name key are not deployed over keys that were made by others: the old functions stay, and each
  run says so.
-#}
{%- do company_enrichment.refuse_unsuitable_database() -%}
{%- set name_key = company_enrichment.name_key_functions() -%}
{%- set name_key_hash = local_md5((name_key.values() | join(';')) | replace(target.schema ~ '.', '')) -%}
{%- set version = company_enrichment.schema_version() -%}

{%- set deployed = company_enrichment.deployed_schema() -%}
{%- if deployed and deployed.version > version -%}
    {{ exceptions.raise_compiler_error(
        "The database has version " ~ deployed.version ~ " of the operational tables, this project knows only "
        ~ version ~ ". Deploy the newer company-enrichment.") }}
{%- endif -%}
{%- set plan = company_enrichment.deployment_plan(deployed, name_key_hash) -%}
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
    {%- set plan = company_enrichment.deployment_plan(deployed, name_key_hash) -%}
    {%- if not plan.is_done -%}
        {%- if not run_query("select 1 from pg_namespace where nspname = '" ~ target.schema ~ "'").rows -%}
            {%- do run_query("create schema " ~ adapter.quote(target.schema)) -%}
        {%- endif -%}
        {%- for step in company_enrichment.temp_id_sequence_steps(target.schema ~ '.temp_id_sequence') -%}
            {%- do run_query(step.sql) -%}
        {%- endfor -%}
        {%- set name_functions = company_enrichment.name_functions_hash() -%}
        {%- for name, ddl in name_key.items() -%}
            {%- set is_missing = run_query(
                "select to_regprocedure('" ~ target.schema ~ "." ~ name ~ "(text)') is null").columns[0].values()[0] -%}
            {%- if is_missing or not plan.keeps_name_key -%}
                {%- do run_query(ddl) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for ddl in plan.objects -%}
            {%- do run_query(ddl) -%}
        {%- endfor -%}
        {%- if company_enrichment.name_functions_hash() != name_functions -%}
            {%- do company_enrichment.rebuild_name_indexes() -%}
        {%- endif -%}
        {%- do run_query(company_enrichment.schema_migrations()) -%}
        {#- Keys that are stored keep the version under which they were made: a changed character type stays visible. -#}
        {%- set key_version = (
            "'" ~ deployed.key_version ~ "'"
            if deployed and deployed.key_version and deployed.name_key_hash == plan.name_key_hash
                and company_enrichment.has_stored_name_keys()
            else target.schema ~ ".company_name_key_version()"
        ) -%}
        {%- do run_query(
            "insert into " ~ target.schema ~ ".schema_migrations (version, content_hash, name_key_hash, key_version, project_version)"
            ~ " values (" ~ version ~ ", '" ~ plan.content_hash ~ "', '" ~ plan.name_key_hash ~ "', " ~ key_version ~ ", '"
            ~ company_enrichment.project_version() ~ "')") -%}
        {%- do log("company_enrichment: deployed version " ~ version ~ " of the operational tables and functions to schema "
            ~ target.schema, info=true) -%}
    {%- endif -%}
{%- endcall -%}
{{- return(true) -}}
{% endmacro %}
