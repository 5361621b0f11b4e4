-- Every change of a record's company id: the result compared with the last change on record. What a run
-- that was killed has left out, the next one appends.
{{ company_enrichment.resolution_changes(
    ref('company_resolution'), this if is_incremental() else none, since=company_enrichment.watermark()) }}
{{ company_enrichment.limit_of_empty_run() }}
