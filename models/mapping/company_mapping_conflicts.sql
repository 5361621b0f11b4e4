-- Mapping rows that lost: the same key, another company.
select
    load_id,
    line_no,
    match_type,
    alias_name,
    alias_text,
    previous_company_id as winning_company_id,
    company_id as losing_company_id,
    source as losing_source,
    reason as rule,
    decided_at
from {{ ref('mapping_changes') }}
where outcome = 'conflict'
