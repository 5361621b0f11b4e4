-- Each record with what the resolution rule finds for it just now, and the temporary id its name may have.
{{ company_enrichment.record_matches(
    ref('customer_record_keys'), ref('company_mapping'), ref('company_lookup_cache'), ref('stg_temp_company_ids')) }}
