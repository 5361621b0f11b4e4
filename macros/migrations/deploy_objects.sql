{% macro deploy_objects(deployed, plan) %}
{#-
  Brings the operational tables and functions to what a plan says and records it, inside the transaction that is open.

  Arguments
    deployed  what deployed_schema() returned in this transaction
    plan      what deployment_plan() made of it
-#}
{%- set schema = target.schema -%}
{%- set version = company_enrichment.schema_version() -%}
{%- if not company_enrichment.has_schema(schema) -%}
    {%- call company_enrichment.run_sql() -%} create schema {{ company_enrichment.quoted_name(schema) }} {%- endcall -%}
{%- endif -%}
{%- set steps = company_enrichment.bring_temp_id_sequence(company_enrichment.qualified('temp_id_sequence')) -%}
{#- Keys come before what refers to them; everything else, when columns and functions that an older dump lacks are there. -#}
{%- set missing = company_enrichment.missing_parts() -%}
{%- do steps.extend(company_enrichment._make_parts(missing | selectattr('kind', 'equalto', 'key') | list)) -%}
{#- A table that has lost something may be out of a dump of any version. -#}
{%- for migration in company_enrichment.numbered_migrations(deployed.version if deployed and not missing else 0) -%}
    {%- do run_query(company_enrichment.run_ddl(migration.sql)) -%}
    {#- On a new database they find nothing to do. -#}
    {%- if deployed and migration.version > deployed.version -%}
        {%- do steps.append(migration.what) -%}
    {%- endif -%}
{%- endfor -%}
{%- set name_functions = company_enrichment._name_functions_hash() -%}
{%- for name, ddl in company_enrichment.name_key_functions().items() -%}
    {%- set missing_function -%}
    select to_regprocedure('{{ schema }}.{{ name }}(text)') is null
    {%- endset -%}
    {%- set is_missing = company_enrichment.value_of(missing_function) -%}
    {%- if is_missing or not plan.keeps_name_key -%}
        {%- do run_query(company_enrichment.run_ddl(ddl)) -%}
    {%- endif -%}
{%- endfor -%}
{%- for ddl in plan.objects -%}
    {%- do run_query(company_enrichment.run_ddl(ddl)) -%}
{%- endfor -%}
{%- if plan.remakes_keys or company_enrichment._name_functions_hash() != name_functions -%}
    {%- do company_enrichment._rebuild_name_indexes() -%}
{%- endif -%}
{%- do run_query(company_enrichment.schema_migrations()) -%}
{%- do steps.extend(company_enrichment._make_parts(missing)) -%}
{%- do company_enrichment._record_parts() -%}
{#- Keys that are stored keep the version under which they were made: a changed character type stays visible. -#}
{%- set keeps_key_version = (
    deployed and deployed.key_version and deployed.name_key_hash == plan.name_key_hash
    and not plan.remakes_keys and company_enrichment.has_stored_name_keys()
) -%}
{%- call company_enrichment.run_sql() -%}
insert into {{ schema }}.schema_migrations (version, content_hash, name_key_hash, key_version, project_version, steps)
values (
    {{ version }},
    '{{ plan.content_hash }}',
    '{{ plan.name_key_hash }}',
    {% if keeps_key_version %}{{ company_enrichment.quoted(deployed.key_version) }}
    {%- else %}{{ schema }}.company_name_key_version(){% endif %},
    '{{ company_enrichment.project_version() }}',
    {{ company_enrichment.quoted_array(steps) }}
)
{%- endcall -%}
{%- call company_enrichment.say('company_enrichment') -%}
    deployed version {{ version }} of the operational tables and functions to schema {{ schema }}
{%- endcall -%}
{% endmacro %}

{% macro _make_parts(parts) %}
{#-
  Makes parts of operational tables that are missing, inside the transaction of a deployment; returns what was done, step by
  step. What is there by now is left alone.

  Argument
    parts  some of what missing_parts() returned
-#}
{%- set wanted = parts | map(attribute='definition') | list -%}
{%- set steps = [] -%}
{%- for part in (company_enrichment.missing_parts() if wanted else []) if part.definition and part.definition in wanted -%}
    {%- do run_query(part.definition) -%}
    {%- do steps.append(['make the', part.kind, part.part_name, 'of', part.table_name, 'again'] | join(' ')) -%}
{%- endfor -%}
{{- return(steps) -}}
{% endmacro %}

{% macro _name_functions_hash() %}
{#- A hash of the deployed functions that make keys of names; another one after a deployment says that they have changed. -#}
{%- set hash -%}
select md5(string_agg(pg_get_functiondef(oid), '' order by proname))
from pg_proc
where
    pronamespace = to_regnamespace('{{ target.schema }}')
    and proname in ('{{ (company_enrichment.name_key_functions().keys() | list + ['company_name_core']) | join("', '") }}')
{%- endset -%}
{{- return(company_enrichment.value_of(hash)) -}}
{% endmacro %}

{% macro _rebuild_name_indexes() %}
{#-
  Rebuilds the indexes over an expression with normalize_company_name() or company_name_core(), such as a registry's:
  PostgreSQL does not know that the function has become another one, and would look for new keys among old ones.
-#}
{%- set over_names -%}
select distinct indexed.oid::regclass::text
from pg_depend as dependency
inner join pg_class as indexed on indexed.oid = dependency.objid and indexed.relkind = 'i'
where
    dependency.classid = 'pg_class'::regclass
    and dependency.refclassid = 'pg_proc'::regclass
    and dependency.refobjid in (
        '{{ target.schema }}.normalize_company_name(text)'::regprocedure,
        '{{ target.schema }}.company_name_core(text)'::regprocedure
    )
{%- endset -%}
{%- for row in run_query(over_names).rows -%}
    {%- call company_enrichment.run_sql() -%} reindex index {{ row[0] }} {%- endcall -%}
{%- endfor -%}
{% endmacro %}

{% macro _record_parts() %}
{#- Records in schema_parts what the operational tables have, at the end of a deployment and in its transaction. -#}
{%- set ours = company_enrichment.operational_tables() -%}
{%- call company_enrichment.run_sql() -%}
delete from {{ target.schema }}.schema_parts;
insert into {{ target.schema }}.schema_parts (table_name, kind, part_name, definition)
select part.table_name, part.kind, part.part_name, part.definition
from ({{ company_enrichment.parts_of_tables() }}) as part
where
    part.table_name = any({{ company_enrichment.quoted_array(ours.tables) }})
    {#- Indexes and triggers that somebody has added are theirs. -#}
    and (part.kind not in ('index', 'trigger') or part.part_name = any({{ company_enrichment.quoted_array(ours.parts) }}))
{%- endcall -%}
{% endmacro %}
