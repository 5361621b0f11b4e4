-- The names nobody knows yet, one row per name key. Records that their source no longer has do not count.
with

unresolved_records as (

    select
        keys.normalized_customer_name,
        keys.customer_name,
        keys.record_id,
        keys.loaded_at,
        resolution.company_id
    from {{ ref('company_resolution') }} as resolution
    inner join {{ ref('customer_record_keys') }} as keys on resolution.record_id = keys.record_id
    inner join {{ ref('stg_customer_records') }} as records on resolution.record_id = records.record_id
    where resolution.is_temporary and records.deleted_at is null

)

select
    normalized_customer_name as normalized_name,
    (array_agg(customer_name order by loaded_at, record_id))[1] as name,
    min(company_id) as temp_id,
    count(*) as records,
    min(loaded_at) as first_loaded_at
from unresolved_records
group by normalized_customer_name
