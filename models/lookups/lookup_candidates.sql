-- The companies that a registry named for a name without being sure: what somebody may decide who knows better.
select
    answer.answer_id,
    answer.normalized_name,
    answer.asked_name,
    answer.provider,
    cast(candidate.place as integer) as place,
    candidate.company ->> 'company_id' as company_id,
    candidate.company ->> 'company_name' as company_name,
    cast(candidate.company ->> 'score' as numeric) as score,
    array_to_string(
        {{ target.schema }}.company_name_differences(answer.asked_name, candidate.company ->> 'company_name'), ', '
    ) as differences,
    answer.answered_at
from {{ ref('company_lookup_cache') }} as cache
inner join {{ ref('stg_lookup_answers') }} as answer on cache.answer_id = answer.answer_id
cross join lateral jsonb_array_elements(answer.evidence -> 'candidates') with ordinality as candidate (company, place)
where
    cache.outcome = 'not_accepted'
    and {{ target.schema }}.company_id_fault(candidate.company ->> 'company_id') is null
