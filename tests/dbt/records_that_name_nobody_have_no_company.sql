-- A record without a usable name that no other key resolves is unresolvable, and has neither a company id nor a
-- temporary one.
select
    resolution.record_id,
    resolution.company_id,
    resolution.status
from {{ ref('company_resolution') }} as resolution
inner join {{ ref('customer_record_keys') }} as keys on resolution.record_id = keys.record_id
where
    keys.normalized_customer_name is null
    and resolution.match_type is null
    and (resolution.status <> 'unresolvable' or resolution.company_id is not null)
