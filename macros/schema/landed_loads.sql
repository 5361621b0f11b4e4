{% macro landed_loads() %}
{#-
  DDL of landed_loads: one row per load of mappings, landed in one transaction with the load's rows. Its key is what makes
  a load id that comes twice one load. Rows in mapping_records without a row here are loads of mode merge. Owner: whoever
  lands a load.
-#}
create table if not exists {{ target.schema }}.landed_loads (
    load_id text primary key,
    source text not null,
    mode text not null default 'merge' check (mode in ('append', 'merge', 'delete_insert', 'replace_source', 'undo')),
    -- A load is taken back once.
    undoes text unique,
    content_hash text,
    landed_at timestamptz not null default now(),
    landed_by text default session_user,
    changed_in xid8 not null default pg_current_xact_id(),
    check ((mode = 'undo') = (undoes is not null))
)
;
create index if not exists landed_loads_source on {{ target.schema }}.landed_loads (source)
;
{{ company_enrichment.renewed_changed_in('landed_loads') }}
{% endmacro %}
