-- The best answer to each name that a registry was ever asked for.
{{ company_enrichment.best_answers(
    ref('stg_lookup_answers'), source('operations', 'corrected_aliases'), source('operations', 'company_id_corrections')) }}
