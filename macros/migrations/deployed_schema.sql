{% macro deployed_schema() %}
{#-
  What the database has, as {version, content_hash, name_key_hash, key_version}: the newest row of schema_migrations.
  None where nothing was ever deployed: a row of version 0 records an operation before that. key_version is none where an
  earlier version did not record it.
-#}
{%- set schema_migrations = company_enrichment.qualified('schema_migrations') -%}
{%- if not company_enrichment.has_relation(schema_migrations) -%}
    {{- return(none) -}}
{%- endif -%}
{%- set newest %}
select to_jsonb(applied)
from {{ schema_migrations }} as applied
where applied.version > 0
order by {{ company_enrichment.newest_migration_first('applied') }}
limit 1
{%- endset -%}
{%- set row = company_enrichment.value_of(newest) -%}
{{- return(fromjson(row) if row else none) -}}
{% endmacro %}
