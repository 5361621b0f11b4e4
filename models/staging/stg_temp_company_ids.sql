select
    temp_number,
    temp_id,
    normalized_name,
    key_version,
    first_name,
    redirected_to,
    first_seen,
    changed_in
from {{ source('operations', 'temp_company_ids') }}
