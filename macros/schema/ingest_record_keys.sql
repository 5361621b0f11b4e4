{% macro ingest_record_keys() %}
{#-
  DDL of ingest_record_keys: which record has which key, for the records whose id was made by an earlier rule; the id of all
  others is their key. docs/decisions/0036-record-keys-are-folded.md. Owner: ingestion.
-#}
create table if not exists {{ target.schema }}.ingest_record_keys (
    domain text not null,
    key_id text not null,
    record_id text not null unique,
    primary key (domain, key_id)
)
{% endmacro %}
