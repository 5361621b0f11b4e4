select
    temp_id,
    normalized_name,
    key_version,
    name,
    relation,
    adopted_at
from {{ source('operations', 'adopted_temp_ids') }}
