-- How many records of each source are resolved, and by what. Records that their source no longer has do not count.
select
    keys.source_system,
    resolution.status,
    resolution.match_type,
    count(*) as records,
    count(distinct resolution.company_id) as companies
from {{ ref('company_resolution') }} as resolution
inner join {{ ref('customer_record_keys') }} as keys on resolution.record_id = keys.record_id
inner join {{ ref('stg_customer_records') }} as records on resolution.record_id = records.record_id
where records.deleted_at is null
group by keys.source_system, resolution.status, resolution.match_type
