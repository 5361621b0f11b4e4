{% macro rules_in_force() %}
{#-
  What a watermark holds for, as a query of one row: the database (system_identifier), and the rules deployed to it together
  with where the records are (content_hash).
-#}
{%- set given = company_enrichment.checked_var('customer_records_relation') -%}
select
    system.system_identifier,
    (
        select applied.content_hash{% if given %} || '{{ local_md5(tojson(given, sort_keys=true)) }}'{% endif %}
        from {{ target.schema }}.schema_migrations as applied
        where applied.version > 0
        order by {{ company_enrichment.newest_migration_first('applied') }}
        limit 1
    ) as content_hash
from pg_control_system() as system
{%- endmacro %}
