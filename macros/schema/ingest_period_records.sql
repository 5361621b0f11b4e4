{% macro ingest_period_records() %}
{#-
  DDL of ingest_period_records: which records the file in force of each month has, so that a newer version of the month
  tells which of them are gone. A file without a month has ./ and its path as its period; the period '' is that of files
  without a month from before that was so. Owner: ingestion.
-#}
create table if not exists {{ target.schema }}.ingest_period_records (
    domain text not null,
    period text not null,
    record_id text not null,
    primary key (domain, period, record_id)
)
;
create index if not exists ingest_period_records_record_id on {{ target.schema }}.ingest_period_records (record_id)
{% endmacro %}
