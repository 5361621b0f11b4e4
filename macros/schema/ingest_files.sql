{% macro ingest_files() %}
{#- DDL of ingest_files: which file was taken in when, and what came of its rows. Owner: ingestion. -#}
create table if not exists {{ target.schema }}.ingest_files (
    content_hash text not null,
    domain text not null,
    file_name text not null,
    rows_read integer not null,
    rows_new integer not null,
    rows_changed integer not null,
    rows_unchanged integer not null,
    rows_rejected integer not null,
    loaded_at timestamptz not null default now(),
    primary key (content_hash, domain),
    check (rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected)
)
{% endmacro %}
