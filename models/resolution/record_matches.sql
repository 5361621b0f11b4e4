-- Each record with what the resolution rule finds for it, and the temporary id its name may have.
with

matches as (

    {{ company_enrichment.matches_of(
        ref('customer_record_keys'), 'record_id', ref('company_mapping'), ref('company_lookup_cache')) | indent(4) }}

)

select
    matches.record_id,
    matches.normalized_customer_name,
    matches.match_type,
    matches.matched_key,
    matches.company_id,
    matches.confidence,
    matches.mapping_load_id,
    matches.answer_id,
    matches.correction_id,
    ledger.temp_id,
    case
        when matches.company_id is not null then 'resolved'
        when matches.match_type is not null then 'no_company'
        when matches.normalized_customer_name is null then 'unresolvable'
        else 'temporary'
    end as status
from matches
left join {{ ref('stg_temp_company_ids') }} as ledger
    on matches.normalized_customer_name = ledger.normalized_name
