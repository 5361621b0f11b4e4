{% macro ingest_rejects() %}
{#- DDL of ingest_rejects: rows of an input file that were not taken in, and why. Owner: ingestion. -#}
create table if not exists {{ target.schema }}.ingest_rejects (
    content_hash text not null,
    domain text not null,
    line_no integer not null,
    reason text not null,
    primary key (content_hash, domain, line_no)
)
{% endmacro %}
