{% macro rules_in_force() %}
{#- What a watermark holds for, as a query of one row: the database (system_identifier) and the rules deployed to it (content_hash). -#}
select
    system.system_identifier,
    (
        select applied.content_hash
        from {{ target.schema }}.schema_migrations as applied
        where applied.version > 0
        order by applied.applied_at desc
        limit 1
    ) as content_hash
from pg_control_system() as system
{%- endmacro %}
