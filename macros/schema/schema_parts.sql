{% macro schema_parts() %}
{#-
  DDL of schema_parts: which constraints, indexes, triggers, identities and defaults the operational tables had after the last
  deployment, and the statement that makes each. pg_restore of one table brings back its columns and rows alone. Owner:
  deploy_schema().
-#}
create table if not exists {{ target.schema }}.schema_parts (
    table_name text not null,
    kind text not null,
    part_name text not null,
    definition text not null,
    primary key (table_name, kind, part_name)
)
{% endmacro %}
