-- The open requests and the dead letters of the queue, one row per state; finished requests are not read.
with

states as (

    select state
    from (values ('ready'), ('waiting'), ('in flight'), ('expired'), ('failed')) as listed (state)

),

requests as (

    select
        case
            when status = 'processing' and lease_until < now() then 'expired'
            when status = 'processing' then 'in flight'
            when run_at > now() then 'waiting'
            else 'ready'
        end as state,
        created_at
    from {{ ref('stg_lookup_requests') }}
    where finished_at is null
    union all
    select
        'failed' as state,
        created_at
    from {{ ref('stg_lookup_requests') }}
    where failed_at is not null

)

select
    states.state,
    count(requests.created_at) as requests,
    min(requests.created_at) as oldest_created_at
from states
left join requests on states.state = requests.state
group by states.state
