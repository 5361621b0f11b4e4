-- Mapping rows that cannot be used, and why.
select
    load_id,
    line_no,
    source,
    match_type,
    alias_text,
    company_id,
    reason,
    decided_at
from {{ ref('mapping_changes') }}
where outcome = 'rejected'
