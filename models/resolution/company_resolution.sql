-- The result: every record with its company id, and why. What nothing has changed for since the last run is not read.
-- depends_on: {{ ref('stg_customer_records') }}
select
    resolution.*,
    now() as resolved_at,
    pg_current_xact_id() as changed_in
from (
    {{ company_enrichment.resolution_of('(' ~ company_enrichment.affected_matches() ~ ')') | indent(4) }}
) as resolution
{{ company_enrichment.limit_of_empty_run() }}
