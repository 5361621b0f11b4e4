-- The records of this project, which company_enrichment reads: the var customer_records_relation names this model.
select
    customer_number,
    plan,
    company,
    is_closed,
    changed_at
from {{ ref('crm_customers') }}
