select
    domain,
    period,
    record_id
from {{ source('operations', 'ingest_period_records') }}
