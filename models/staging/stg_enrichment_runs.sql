select
    run_id,
    started_at,
    finished_at,
    status,
    records,
    resolved_by_match_type,
    resolved_by_lookup,
    without_company,
    temporary,
    unresolvable
from {{ source('operations', 'enrichment_runs') }}
