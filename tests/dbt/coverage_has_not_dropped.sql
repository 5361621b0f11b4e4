-- The coverage of the last run is below the median of the seven before it by no more than the var
-- coverage_drop_warning says.
select
    threshold,
    measured,
    warning_limit
from {{ ref('monitoring_thresholds') }}
where threshold = 'coverage drop' and is_exceeded
