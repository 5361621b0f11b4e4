-- The history of a record ends with what it has now.
with

last_changes as (

    select distinct on (record_id)
        record_id,
        new_company_id,
        new_status
    from {{ ref('company_resolution_changes') }}
    order by record_id asc, change_number desc

)

select resolution.record_id
from {{ ref('company_resolution') }} as resolution
left join last_changes on resolution.record_id = last_changes.record_id
where
    last_changes.record_id is null
    or last_changes.new_company_id is distinct from resolution.company_id
    or last_changes.new_status <> resolution.status
