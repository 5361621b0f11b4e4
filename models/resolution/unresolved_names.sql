-- The names nobody knows yet, one row per name key.
with

unresolved_records as (

    select
        keys.normalized_customer_name,
        keys.customer_name,
        keys.record_id,
        keys.loaded_at,
        matches.temp_id
    from {{ ref('record_matches') }} as matches
    inner join {{ ref('customer_record_keys') }} as keys on matches.record_id = keys.record_id
    where matches.status = 'temporary'

)

select
    normalized_customer_name as normalized_name,
    (array_agg(customer_name order by loaded_at, record_id))[1] as name,
    min(temp_id) as temp_id,
    count(*) as records,
    min(loaded_at) as first_loaded_at
from unresolved_records
group by normalized_customer_name
