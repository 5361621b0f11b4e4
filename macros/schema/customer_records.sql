{% macro customer_records() %}
{#-
  DDL of customer_records: raw input, one row per record of a source. A record that its source no longer has keeps its
  row, with deleted_at. Owner: ingestion.
-#}
create table if not exists {{ target.schema }}.customer_records (
    record_id text primary key,
    source_system text not null,
    plan_code text,
    account_number text,
    customer_name text,
    account_name text,
    source_file text,
    source_row integer,
    loaded_at timestamptz not null default now(),
    deleted_at timestamptz,
    name_derived_from text,
    changed_in xid8 not null default pg_current_xact_id()
)
;
{{ company_enrichment.renewed_changed_in('customer_records') }}
{% endmacro %}
