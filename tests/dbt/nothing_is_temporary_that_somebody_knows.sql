-- No record is temporary although a mapping of its name or a found answer could resolve it.
select
    resolution.record_id,
    resolution.company_id
from {{ ref('company_resolution') }} as resolution
inner join {{ ref('customer_record_keys') }} as keys on resolution.record_id = keys.record_id
left join {{ ref('company_mapping') }} as mapping
    on
        keys.normalized_customer_name = mapping.alias_name
        and mapping.match_type = 'name'
        and mapping.retired_at is null
left join {{ ref('company_lookup_cache') }} as cache
    on keys.normalized_customer_name = cache.normalized_name and cache.outcome = 'found'
where resolution.is_temporary and (mapping.alias_name is not null or cache.normalized_name is not null)
