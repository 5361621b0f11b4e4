-- The curated aliases in force: for each key the last change that had an effect.
select distinct on (match_type, alias_name)
    alias_name,
    match_type,
    alias_text,
    company_id,
    source,
    load_id,
    line_no,
    decided_at as updated_at
from {{ ref('mapping_changes') }}
where outcome in ('inserted', 'updated')
order by match_type, alias_name, {{ company_enrichment.last_change_first() }}
