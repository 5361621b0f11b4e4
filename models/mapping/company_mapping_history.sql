-- Which company each alias stood for, and when.
{{ company_enrichment.alias_history_changes(
    ref('company_mapping'), this if is_incremental() else none, company_enrichment.watermark()) }}
{{ company_enrichment.limit_of_empty_run() }}
