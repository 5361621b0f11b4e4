-- The curated aliases in force, and the company each stands for.
{{ company_enrichment.company_aliases(
    ref('mapping_changes'), source('operations', 'corrected_aliases'), source('operations', 'company_id_corrections')) }}
