{% macro deployed_schema() %}
{#-
  What the database has, as {version, content_hash, name_key_hash, key_version}: the newest row of schema_migrations.
  None where nothing was ever deployed: a row of version 0 records an operation before that. key_version is none where an
  earlier version did not record it.
-#}
{%- set schema_migrations = target.schema ~ '.schema_migrations' -%}
{%- if not run_query("select to_regclass('" ~ schema_migrations ~ "') is not null").columns[0].values()[0] -%}
    {{- return(none) -}}
{%- endif -%}
{%- set newest %}
select to_jsonb(applied)
from {{ schema_migrations }} as applied
where applied.version > 0
order by {{ company_enrichment.newest_migration_first('applied') }}
limit 1
{%- endset -%}
{%- set rows = run_query(newest).rows -%}
{{- return(fromjson(rows[0][0]) if rows else none) -}}
{% endmacro %}
