-- Which company id became which other one, and when.
{{ company_enrichment.crosswalk_changes(
    this if is_incremental() else none, ref('stg_temp_company_ids'), ref('company_mapping'),
    ref('company_lookup_cache'),
    ref('stg_company_id_corrections'), since=company_enrichment.watermark()) }}
{{ company_enrichment.limit_of_empty_run() }}
