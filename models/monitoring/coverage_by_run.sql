-- How much of the result was known at the end of each run, and how far that is below the median of the seven runs
-- before it. The median of fewer says little: until there are seven, nothing is compared.
with

runs as (

    select
        run_id,
        started_at,
        records,
        records - temporary - unresolvable as known,
        round((records - temporary - unresolvable) / cast(records as numeric), 4) as coverage
    from {{ ref('stg_enrichment_runs') }}
    where status = 'success' and records > 0

),

numbered as (

    select
        run_id,
        started_at,
        records,
        known,
        coverage,
        row_number() over (order by started_at, run_id) as run_number
    from runs

),

medians as (

    select
        numbered.run_id,
        cast(percentile_cont(0.5) within group (order by earlier.coverage) as numeric) as median_coverage
    from numbered
    inner join numbered as earlier on earlier.run_number between numbered.run_number - 7 and numbered.run_number - 1
    group by numbered.run_id
    having count(*) = 7

)

select
    numbered.run_id,
    numbered.started_at,
    numbered.records,
    numbered.known,
    numbered.coverage,
    medians.median_coverage,
    medians.median_coverage - numbered.coverage as coverage_drop,
    numbered.run_number = max(numbered.run_number) over () as is_latest
from numbered
left join medians on numbered.run_id = medians.run_id
