{% macro record_migration(steps) %}
{#-
  Records in schema_migrations what an operation has done to the operational tables, inside its transaction. The row
  repeats version and hashes of the one before it, so that the newest row still says what the database has; version 0
  where nothing is deployed yet.

  Argument
    steps  what was done, a list of texts
-#}
{%- do run_query(company_enrichment.schema_migrations()) -%}
{%- call company_enrichment.run_sql() -%}
insert into {{ target.schema }}.schema_migrations (version, content_hash, name_key_hash, key_version, project_version, steps)
select
    coalesce(deployed.version, 0),
    coalesce(deployed.content_hash, ''),
    coalesce(deployed.name_key_hash, ''),
    deployed.key_version,
    '{{ company_enrichment.project_version() }}',
    {{ company_enrichment.quoted_array(steps) }}
from (select 1) as always
left join (
    select applied.*
    from {{ target.schema }}.schema_migrations as applied
    order by {{ company_enrichment.newest_migration_first('applied') }}
    limit 1
) as deployed on true
{%- endcall -%}
{% endmacro %}
