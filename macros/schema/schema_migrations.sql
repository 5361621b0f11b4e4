{% macro schema_migrations() %}
{#-
  DDL of schema_migrations: what was deployed when; the row with the greatest migration_number is what the database has
  (newest_migration_first()). key_version is NULL where an operation before the first deployment is recorded. steps says
  what was done to tables that were there before.
-#}
create table if not exists {{ target.schema }}.schema_migrations (
    migration_number bigint generated always as identity primary key,
    version integer not null,
    content_hash text not null,
    name_key_hash text not null,
    key_version text,
    project_version text not null,
    steps text[] not null default '{}',
    applied_by text not null default current_user,
    applied_at timestamptz not null default clock_timestamp()
)
{% endmacro %}
