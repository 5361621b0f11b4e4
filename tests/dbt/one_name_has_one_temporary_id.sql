-- One name key never has two temporary ids, and one temporary id never two name keys.
with

pairs as (

    select distinct
        keys.normalized_customer_name,
        resolution.company_id
    from {{ ref('company_resolution') }} as resolution
    inner join {{ ref('customer_record_keys') }} as keys on resolution.record_id = keys.record_id
    where resolution.is_temporary

)

select
    one.normalized_customer_name,
    one.company_id
from pairs as one
inner join pairs as other
    on
        (one.normalized_customer_name = other.normalized_customer_name and one.company_id <> other.company_id)
        or (one.company_id = other.company_id and one.normalized_customer_name <> other.normalized_customer_name)
