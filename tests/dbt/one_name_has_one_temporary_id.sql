-- One name key never has two temporary ids, and one temporary id never two name keys. Grouped rather than joined with
-- itself: the join would be quadratic in the number of unknown names.
with

temporary as (

    select
        keys.normalized_customer_name as name_key,
        resolution.company_id as temp_id
    from {{ ref('company_resolution') }} as resolution
    inner join {{ ref('customer_record_keys') }} as keys on resolution.record_id = keys.record_id
    where resolution.is_temporary

)

select
    'name with several temporary ids' as what,
    name_key as one,
    min(temp_id) as has,
    max(temp_id) as and_has
from temporary
group by name_key
having min(temp_id) <> max(temp_id)
union all
select
    'temporary id of several names' as what,
    temp_id as one,
    min(name_key) as has,
    max(name_key) as and_has
from temporary
group by temp_id
having min(name_key collate "C") <> max(name_key collate "C")
