select
    record_id,
    source_system,
    plan_code,
    account_number,
    customer_name,
    account_name,
    loaded_at,
    deleted_at,
    changed_in
from {{ source('operations', 'customer_records') }}
