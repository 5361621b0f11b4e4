-- What is measured against a limit: the tests of dbt warn of what exceeds it, and `company-enrichment status` says so.
with

measures as (

    select
        'oldest open request' as threshold,
        'hours' as unit,
        cast(round(extract(epoch from now() - min(oldest_created_at)) / 3600, 1) as numeric) as measured,
        {{ company_enrichment.warning_limit('request_age_warning_hours') }} as warning_limit
    from {{ ref('lookup_queue_health') }}
    where state <> 'failed'
    union all
    select
        'coverage drop' as threshold,
        'share of the records' as unit,
        max(coverage_drop) as measured,
        {{ company_enrichment.warning_limit('coverage_drop_warning') }} as warning_limit
    from {{ ref('coverage_by_run') }}
    where is_latest

)

select
    threshold,
    unit,
    measured,
    warning_limit,
    coalesce(measured > warning_limit, false) as is_exceeded
from measures
