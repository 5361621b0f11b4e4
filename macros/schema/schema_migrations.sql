{% macro schema_migrations() %}
{#- DDL of schema_migrations: what was deployed when; the newest row is what the database has. -#}
create table if not exists {{ target.schema }}.schema_migrations (
    version integer not null,
    content_hash text not null,
    name_key_hash text not null,
    project_version text not null,
    applied_by text not null default current_user,
    applied_at timestamptz not null default clock_timestamp(),
    primary key (applied_at)
)
;
-- NULL in rows of versions that did not record it.
{{ company_enrichment.added_column('schema_migrations', 'key_version', 'text') }}
;
-- What was done to tables that were there before, step by step.
{{ company_enrichment.added_column('schema_migrations', 'steps', "text[] not null default '{}'") }}
{% endmacro %}
