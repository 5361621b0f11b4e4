{% macro temp_company_ids() %}
{#-
  DDL of temp_company_ids, the ledger of temporary ids: one name, one id, for ever.
  normalized_name is NULL for a number that was asked for without a name, and for one whose name shares its key with an
  older id's since the name rules changed (redirected_to). Owner: assign_temp_ids().
-#}
create table if not exists {{ target.schema }}.temp_company_ids (
    temp_number integer primary key,
    temp_id text not null unique
    generated always as ({{ company_enrichment.temporary_id('temp_number') }}) stored,
    normalized_name text unique,
    first_name text,
    first_seen timestamptz not null default now(),
    redirected_to integer references {{ target.schema }}.temp_company_ids (temp_number),
    key_version text not null default {{ target.schema }}.company_name_key_version(),
    changed_in xid8 not null default pg_current_xact_id()
)
;
{{ company_enrichment.renewed_changed_in('temp_company_ids') }}
{% endmacro %}
