{% macro schema_migrations() %}
{#-
  DDL of schema_migrations: what was deployed when; the row with the greatest migration_number is what the database has
  (newest_migration_first()). Rows of versions without numbers get theirs in the order of their times.
-#}
create table if not exists {{ target.schema }}.schema_migrations (
    version integer not null,
    content_hash text not null,
    name_key_hash text not null,
    project_version text not null,
    applied_by text not null default current_user,
    applied_at timestamptz not null default clock_timestamp()
)
;
-- NULL in rows of versions that did not record it.
{{ company_enrichment.added_column('schema_migrations', 'key_version', 'text') }}
;
-- What was done to tables that were there before, step by step.
{{ company_enrichment.added_column('schema_migrations', 'steps', "text[] not null default '{}'") }}
;
do $migration_number$
declare
    relation constant regclass := '{{ target.schema }}.schema_migrations';
begin
    if exists (select from pg_attribute where attrelid = relation and attname = 'migration_number' and not attisdropped) then
        return;
    end if;
    alter table {{ target.schema }}.schema_migrations
        add column migration_number bigint,
        drop constraint if exists schema_migrations_pkey;
    update {{ target.schema }}.schema_migrations as migration
    set migration_number = numbered.place
    from (select ctid as row_id, row_number() over (order by applied_at) as place from {{ target.schema }}.schema_migrations) as numbered
    where migration.ctid = numbered.row_id;
    alter table {{ target.schema }}.schema_migrations
        alter column migration_number set not null,
        alter column migration_number add generated always as identity,
        add primary key (migration_number);
    perform setval(
        pg_get_serial_sequence('{{ target.schema }}.schema_migrations', 'migration_number'),
        (select coalesce(max(migration_number), 0) + 1 from {{ target.schema }}.schema_migrations),
        false
    );
end
$migration_number$
{% endmacro %}
