{% macro ingest_files() %}
{#-
  DDL of ingest_files: which file was taken in when, and what came of its rows. A month has one file in force, which the
  index sees to; the files before it have superseded_at. version is the first of version_numbers. Owner: ingestion.
-#}
create table if not exists {{ target.schema }}.ingest_files (
    content_hash text not null,
    domain text not null,
    file_name text not null,
    file_path text,
    period text,
    version integer,
    version_numbers integer[],
    rows_read integer not null,
    rows_new integer not null,
    rows_changed integer not null,
    rows_unchanged integer not null,
    rows_rejected integer not null,
    rows_passed_over integer not null default 0,
    rows_deleted integer not null default 0,
    key_version integer not null default 1,
    loaded_at timestamptz not null default now(),
    superseded_at timestamptz,
    primary key (content_hash, domain),
    check (rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected + rows_passed_over)
)
;
create unique index if not exists ingest_files_one_in_force
on {{ target.schema }}.ingest_files (domain, period) where superseded_at is null and period is not null
{% endmacro %}
