{% macro deploy_schema() %}
{#-
  Creates the operational tables and SQL functions that are missing or differ from this project,
  in one transaction; nothing at all when the database has what was rendered. Two at once: the
  second waits and finds nothing left to do.

  A changed rule of the name key is not deployed over keys that were made with the old one:
  the old function stays, and the run says so.
-#}
{%- set name_key = company_enrichment.normalize_company_name() -%}
{%- set name_key_hash = local_md5(name_key) -%}
{%- set objects = company_enrichment.schema_objects() -%}
{%- set content_hash = local_md5(objects | join(';')) -%}
{%- set version = company_enrichment.schema_version() -%}

{%- set deployed = company_enrichment.deployed_schema() -%}
{%- if deployed and deployed.version > version -%}
    {{ exceptions.raise_compiler_error(
        "The database has version " ~ deployed.version ~ " of the operational tables, this project knows only "
        ~ version ~ ". Deploy the newer company-enrichment.") }}
{%- endif -%}
{%- if deployed and deployed.content_hash == content_hash and deployed.name_key_hash == name_key_hash -%}
    {{- return(false) -}}
{%- endif -%}
{%- do company_enrichment.refuse_unsuitable_database() -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- set deployed = company_enrichment.deployed_schema() -%}
    {%- set keep_name_key = (
        deployed and deployed.name_key_hash != name_key_hash and company_enrichment.has_stored_name_keys()
    ) -%}
    {%- if keep_name_key -%}
        {%- do exceptions.warn(
            "The rules of the name key have changed, but keys made with the old rules are stored. "
            "The old rules stay in force until the keys are re-made.") -%}
    {%- endif -%}
    {%- if not (deployed and deployed.content_hash == content_hash and (keep_name_key or deployed.name_key_hash == name_key_hash)) -%}
        {%- if not run_query("select 1 from pg_namespace where nspname = '" ~ target.schema ~ "'").rows -%}
            {%- do run_query("create schema " ~ adapter.quote(target.schema)) -%}
        {%- endif -%}
        {%- for step in company_enrichment.temp_id_sequence_steps(target.schema ~ '.temp_id_sequence') -%}
            {%- do run_query(step.sql) -%}
        {%- endfor -%}
        {%- if not keep_name_key -%}
            {%- do run_query(name_key) -%}
        {%- endif -%}
        {%- for ddl in objects -%}
            {%- do run_query(ddl) -%}
        {%- endfor -%}
        {%- do run_query(company_enrichment.schema_migrations()) -%}
        {%- do run_query(
            "insert into " ~ target.schema ~ ".schema_migrations (version, content_hash, name_key_hash, project_version)"
            ~ " values (" ~ version ~ ", '" ~ content_hash ~ "', '"
            ~ (deployed.name_key_hash if keep_name_key else name_key_hash) ~ "', '"
            ~ company_enrichment.project_version() ~ "')") -%}
        {%- do log("company_enrichment: deployed version " ~ version ~ " of the operational tables and functions to schema "
            ~ target.schema, info=true) -%}
    {%- endif -%}
{%- endcall -%}
{{- return(true) -}}
{% endmacro %}
