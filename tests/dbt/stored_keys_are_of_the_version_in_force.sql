-- Every stored name key was made by the rules that are in force: a key of others may no longer meet its like.
with

stored as (

    select
        'customer_record_keys' as stored_in,
        key_version
    from {{ ref('customer_record_keys') }}
    union all
    select
        'company_mapping' as stored_in,
        key_version
    from {{ ref('company_mapping') }}
    where match_type in ({{ company_enrichment.name_match_types() }})
    union all
    select
        'lookup_answers' as stored_in,
        key_version
    from {{ ref('stg_lookup_answers') }}
    union all
    select
        'lookup_requests' as stored_in,
        key_version
    from {{ ref('stg_lookup_requests') }}
    union all
    select
        'temp_company_ids' as stored_in,
        key_version
    from {{ ref('stg_temp_company_ids') }}
    where normalized_name is not null
    union all
    select
        'adopted_temp_ids' as stored_in,
        key_version
    from {{ ref('stg_adopted_temp_ids') }}

)

select
    stored_in,
    key_version,
    count(*) as stored_keys
from stored
where key_version is distinct from {{ target.schema }}.company_name_key_version()
group by stored_in, key_version
