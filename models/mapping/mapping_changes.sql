-- What each landed mapping row did, decided once and never again, and what became of the aliases that a load withdrew:
-- the rule is the macro mapping_decisions().
{% set since = company_enrichment.watermark() %}
{% if not is_incremental() %}
with

no_mapping_changes as not materialized {{ company_enrichment.no_mapping_changes() }}
{% endif %}
select
    decisions.*,
    statement_timestamp() as decided_at,
    {{ company_enrichment.quoted(company_enrichment.run_id()) }} as run_id,
    pg_current_xact_id() as changed_in
from (
    {{ company_enrichment.mapping_decisions(
        ref('stg_mapping_records'), ref('stg_landed_loads'), ref('stg_corrected_aliases'),
        ref('stg_company_id_corrections'),
        this if is_incremental() else 'no_mapping_changes', since) | indent(4) }}
) as decisions
{{ company_enrichment.limit_of_empty_run() }}
