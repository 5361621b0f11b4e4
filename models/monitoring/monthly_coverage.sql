-- How much of each month's records is known, by source and domain. A record that the files of several months have
-- counts in each of them; those that their source no longer has count in none.
with

counted as (

    select
        keys.source_system,
        periods.domain,
        periods.period,
        count(*) as records,
        count(*) filter (where resolution.status = 'resolved') as resolved,
        count(*) filter (where resolution.status = 'no_company') as without_company,
        count(*) filter (where resolution.status = 'temporary') as temporary,
        count(*) filter (where resolution.status = 'unresolvable') as unresolvable
    from {{ ref('company_resolution') }} as resolution
    inner join {{ ref('customer_record_keys') }} as keys on resolution.record_id = keys.record_id
    inner join {{ ref('stg_customer_records') }} as records on resolution.record_id = records.record_id
    left join {{ ref('stg_ingest_period_records') }} as periods on resolution.record_id = periods.record_id
    where records.deleted_at is null
    group by keys.source_system, periods.domain, periods.period

)

select
    source_system,
    domain,
    period,
    records,
    resolved,
    without_company,
    temporary,
    unresolvable,
    round((resolved + without_company) / cast(records as numeric), 4) as coverage
from counted
