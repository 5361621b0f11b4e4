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
    loaded_at timestamptz not null default now()
)
;
{{ company_enrichment.added_column('customer_records', 'deleted_at', 'timestamptz') }}
;
{{ company_enrichment.added_column('customer_records', 'name_derived_from', 'text') }}
;
{{ company_enrichment.changed_in_column('customer_records') }}
{% endmacro %}
