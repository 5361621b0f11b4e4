-- A company id has the form of a temporary one exactly where the record says that it is temporary.
select
    record_id,
    company_id,
    status
from {{ ref('company_resolution') }}
where is_temporary is distinct from coalesce({{ company_enrichment.is_temporary_id('company_id') }}, false)
