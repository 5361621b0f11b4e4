-- Published facts under the company ids of today.
select
    facts.fact_number,
    facts.company_id as published_company_id,
    {{ company_enrichment.current_company_id('facts.company_id') | indent(4) }} as company_id,
    facts.amount
from {{ ref('published_facts') }} as facts
