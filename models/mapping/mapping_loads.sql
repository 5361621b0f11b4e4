-- Exact statistics of each load: every landed row is counted once.
select
    load_id,
    min(source) as source,
    count(*) as rows_read,
    count(*) filter (where outcome = 'inserted') as rows_inserted,
    count(*) filter (where outcome = 'updated') as rows_updated,
    count(*) filter (where outcome = 'unchanged') as rows_unchanged,
    count(*) filter (where outcome = 'rejected') as rows_rejected,
    count(*) filter (where outcome = 'conflict') as rows_conflicting,
    min(load_landed_at) as landed_at,
    min(decided_at) as decided_at
from {{ ref('mapping_changes') }}
group by load_id
