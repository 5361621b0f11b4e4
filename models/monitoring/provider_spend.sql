-- The answers of each provider by month, and what they cost at the price that the var lookup_prices gives now. Months
-- are those of UTC, as the days of a provider's quota are.
with

answers as (

    select
        provider,
        outcome,
        normalized_name,
        cast(date_trunc('month', answered_at at time zone 'utc') as date) as month_start
    from {{ ref('stg_lookup_answers') }}

),

counted as (

    select
        provider,
        month_start,
        count(*) as lookups,
        count(distinct normalized_name) as names,
        count(*) filter (where outcome = 'found') as found,
        count(*) filter (where outcome = 'not_found') as not_found,
        count(*) filter (where outcome = 'not_accepted') as not_accepted,
        count(*) filter (where outcome = 'unusable') as unusable,
        {{ company_enrichment.price_per_lookup('provider') }} as price_per_lookup
    from answers
    group by provider, month_start

)

select
    provider,
    month_start,
    lookups,
    names,
    found,
    not_found,
    not_accepted,
    unusable,
    price_per_lookup,
    lookups * price_per_lookup as cost
from counted
