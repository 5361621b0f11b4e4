-- The queue at a glance, one row per status.
select
    status,
    count(*) as requests,
    min(created_at) as oldest_created_at,
    count(*) filter (where lease_until < now()) as expired_leases
from {{ ref('stg_lookup_requests') }}
group by status
