{% set given = company_enrichment.customer_records_relation() %}
{% if given %}
{{ company_enrichment.records_of_relation(given) }}
{% else %}
select
    record_id,
    source_system,
    plan_code,
    account_number,
    customer_name,
    account_name,
    name_derived_from,
    loaded_at,
    deleted_at,
    changed_in
from {{ source('operations', 'customer_records') }}
{% endif %}
