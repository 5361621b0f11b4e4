-- The counts of every finished run add up to its records.
with

by_match_type as (

    select
        runs.run_id,
        sum(cast(counts.value as bigint)) as records
    from {{ source('operations', 'enrichment_runs') }} as runs
    cross join lateral jsonb_each_text(runs.resolved_by_match_type) as counts
    group by runs.run_id

)

select runs.run_id
from {{ source('operations', 'enrichment_runs') }} as runs
left join by_match_type on runs.run_id = by_match_type.run_id
where
    runs.records <> coalesce(by_match_type.records, 0) + runs.resolved_by_lookup + runs.without_company
    + runs.temporary + runs.unresolvable
