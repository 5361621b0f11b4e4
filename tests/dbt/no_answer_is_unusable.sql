-- No registry knows a company of which it gives something for the id that is none.
select
    cache.normalized_name,
    cache.asked_name,
    cache.provider,
    answer.evidence ->> 'reason' as reason
from {{ ref('company_lookup_cache') }} as cache
inner join {{ ref('stg_lookup_answers') }} as answer on cache.answer_id = answer.answer_id
where cache.outcome = 'unusable'
