-- The result of company_enrichment beside the records it is of.
select
    customers.customer_number,
    customers.company,
    resolution.company_id,
    resolution.status
from {{ ref('customers') }} as customers
left join {{ ref('company_enrichment', 'company_resolution') }} as resolution
    on cast(customers.customer_number as text) = resolution.record_id
