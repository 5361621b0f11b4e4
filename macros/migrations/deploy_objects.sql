{% macro deploy_objects(deployed, plan) %}
{#-
  Brings the operational tables and functions to what a plan says and records it, inside the transaction that is open.

  Arguments
    deployed  what deployed_schema() returned in this transaction
    plan      what deployment_plan() made of it
-#}
{%- set version = company_enrichment.schema_version() -%}
{%- if not run_query("select 1 from pg_namespace where nspname = '" ~ target.schema ~ "'").rows -%}
    {%- do run_query("create schema " ~ company_enrichment.quoted_name(target.schema)) -%}
{%- endif -%}
{%- set steps = company_enrichment.bring_temp_id_sequence(target.schema ~ '.temp_id_sequence') -%}
{#- Keys come before what refers to them; everything else, when columns and functions that an older dump lacks are there. -#}
{%- set missing = company_enrichment.missing_parts() -%}
{%- do steps.extend(company_enrichment.make_parts(missing | selectattr('kind', 'equalto', 'key') | list)) -%}
{%- for migration in company_enrichment.numbered_migrations(deployed.version if deployed else 0) -%}
    {%- for statement in migration.statements -%}
        {%- do run_query(company_enrichment.run_ddl(statement)) -%}
    {%- endfor -%}
    {#- On a new database they find nothing to do. -#}
    {%- if deployed -%}
        {%- do steps.append(migration.what) -%}
    {%- endif -%}
{%- endfor -%}
{%- set name_functions = company_enrichment.name_functions_hash() -%}
{%- for name, ddl in company_enrichment.name_key_functions().items() -%}
    {%- set is_missing = run_query(
        "select to_regprocedure('" ~ target.schema ~ "." ~ name ~ "(text)') is null").columns[0].values()[0] -%}
    {%- if is_missing or not plan.keeps_name_key -%}
        {%- do run_query(company_enrichment.run_ddl(ddl)) -%}
    {%- endif -%}
{%- endfor -%}
{%- for ddl in plan.objects -%}
    {%- do run_query(company_enrichment.run_ddl(ddl)) -%}
{%- endfor -%}
{%- if plan.remakes_keys or company_enrichment.name_functions_hash() != name_functions -%}
    {%- do company_enrichment.rebuild_name_indexes() -%}
{%- endif -%}
{%- do run_query(company_enrichment.schema_migrations()) -%}
{%- do steps.extend(company_enrichment.make_parts(missing)) -%}
{%- do company_enrichment.record_parts() -%}
{#- Keys that are stored keep the version under which they were made: a changed character type stays visible. -#}
{%- set key_version = (
    company_enrichment.quoted(deployed.key_version)
    if deployed and deployed.key_version and deployed.name_key_hash == plan.name_key_hash
        and not plan.remakes_keys and company_enrichment.has_stored_name_keys()
    else target.schema ~ ".company_name_key_version()"
) -%}
{%- do run_query(
    "insert into " ~ target.schema ~ ".schema_migrations (version, content_hash, name_key_hash, key_version, project_version, steps)"
    ~ " values (" ~ version ~ ", '" ~ plan.content_hash ~ "', '" ~ plan.name_key_hash ~ "', " ~ key_version ~ ", '"
    ~ company_enrichment.project_version() ~ "', " ~ company_enrichment.quoted_array(steps) ~ ")") -%}
{%- do log("company_enrichment: deployed version " ~ version ~ " of the operational tables and functions to schema "
    ~ target.schema, info=true) -%}
{% endmacro %}
