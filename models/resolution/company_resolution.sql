-- The result: every record with its company id, and why.
-- depends_on: {{ ref('unresolved_names') }}
select
    resolution.*,
    now() as resolved_at
from ({{ company_enrichment.resolution_of(ref('record_matches')) }}) as resolution
