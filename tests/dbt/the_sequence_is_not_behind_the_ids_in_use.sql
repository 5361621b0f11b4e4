-- No temporary id that was ever issued or published has a number above the sequence.
with

numbers as (

    select temp_number as used_number
    from {{ ref('stg_temp_company_ids') }}
    union all
    select cast(substr(company_id, 6) as bigint) as used_number
    from {{ ref('company_resolution') }}
    where is_temporary
    union all
    select cast(substr(from_company_id, 6) as bigint) as used_number
    from {{ ref('company_id_crosswalk') }}
    where {{ company_enrichment.is_temporary_id('from_company_id') }}
    {%- for published in company_enrichment.published_temp_ids() %}
    union all
    select cast(substr({{ published.column }}, 6) as bigint) as used_number
    from {{ published.relation }}
    where {{ company_enrichment.is_temporary_id(published.column) }}
    {%- endfor %}

)

select max(used_number) as highest_used_number
from numbers
having max(used_number) > (
    select coalesce(max(sequence.last_number), 0)
    from {{ source('operations', 'temp_id_sequence') }} as sequence
)
