{% macro mapping_records() %}
{#-
  DDL of mapping_records: mapping rows as they were landed, load by load. What is wrong with a row that its reader could not
  read stands in problem: such a row is rejected for it. Owner: whoever lands a load.
-#}
create table if not exists {{ target.schema }}.mapping_records (
    load_id text not null,
    line_no integer not null,
    source text not null,
    match_type text,
    alias_text text,
    company_id text,
    problem text,
    landed_at timestamptz not null default now(),
    changed_in xid8 not null default pg_current_xact_id(),
    primary key (load_id, line_no)
)
;
{{ company_enrichment.renewed_changed_in('mapping_records') }}
{% endmacro %}
