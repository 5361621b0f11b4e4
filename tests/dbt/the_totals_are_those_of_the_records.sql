-- The totals that the triggers keep are what counting finds.
with

counted as (

    select
        resolution.status,
        coalesce(resolution.match_type, '') as match_type,
        count(*) as records
    from {{ ref('company_resolution') }} as resolution
    group by resolution.status, coalesce(resolution.match_type, '')

)

select
    coalesce(counted.status, totals.status) as status,
    coalesce(counted.match_type, totals.match_type) as match_type,
    counted.records as counted,
    totals.records as kept
from counted
full join {{ source('operations', 'resolution_totals') }} as totals
    on counted.status = totals.status and counted.match_type = coalesce(totals.match_type, '')
where coalesce(counted.records, 0) <> coalesce(totals.records, 0)
