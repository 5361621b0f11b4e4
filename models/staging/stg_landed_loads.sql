select
    load_id,
    source,
    mode,
    undoes,
    landed_at,
    changed_in
from {{ source('operations', 'landed_loads') }}
