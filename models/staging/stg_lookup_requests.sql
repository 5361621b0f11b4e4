select
    id as request_id,
    name,
    normalized_name,
    key_version,
    status,
    attempts,
    last_error,
    run_at,
    lease_until,
    created_at,
    finished_at,
    failed_at
from {{ source('operations', 'lookup_requests') }}
