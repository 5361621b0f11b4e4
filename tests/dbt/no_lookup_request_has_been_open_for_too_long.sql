-- The oldest open request is not older than the var request_age_warning_hours.
select
    threshold,
    measured,
    warning_limit
from {{ ref('monitoring_thresholds') }}
where threshold = 'oldest open request' and is_exceeded
