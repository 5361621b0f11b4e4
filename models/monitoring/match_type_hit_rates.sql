-- What share of the records each match type had resolved at the end of each run. A match type that resolved none has a
-- row with 0: that it had some before is what one looks for.
with

runs as (

    select
        run_id,
        started_at,
        records,
        resolved_by_match_type || jsonb_build_object('lookup', resolved_by_lookup) as hits
    from {{ ref('stg_enrichment_runs') }}
    where records > 0

),

match_types as (

    select configured.match_type
    from unnest(array[{{ company_enrichment.quoted_match_types() }}, 'lookup']) as configured (match_type)
    union distinct
    -- Those of earlier runs that the var match_types no longer names.
    select recorded.match_type
    from runs
    cross join lateral jsonb_object_keys(runs.hits) as recorded (match_type)

)

select
    runs.run_id,
    match_types.match_type,
    runs.started_at,
    runs.records,
    coalesce(cast(runs.hits ->> match_types.match_type as bigint), 0) as hits,
    round(
        coalesce(cast(runs.hits ->> match_types.match_type as bigint), 0) / cast(runs.records as numeric), 4
    ) as hit_rate
from runs
cross join match_types
