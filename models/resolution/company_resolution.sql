-- The result: every record with its company id, and why. What nothing has changed for since the last run is not read.
-- depends_on: {{ ref('stg_customer_records') }}
{% set company_mapping, company_lookup_cache = ref('company_mapping'), ref('company_lookup_cache') %}
with

affected as (

    {{ company_enrichment.affected_record_keys(
        ref('customer_record_keys'), company_mapping, company_lookup_cache, company_enrichment.watermark()
    ) | indent(4) }}

),

matched as (

    {{ company_enrichment.record_matches(
        'affected', company_mapping, company_lookup_cache, ref('stg_temp_company_ids')) | indent(4) }}

),

resolved as (

    {{ company_enrichment.resolution_of('matched') | indent(4) }}

)

select
    resolved.*,
    now() as resolved_at,
    pg_current_xact_id() as changed_in
from resolved
{{ company_enrichment.limit_of_empty_run() }}
