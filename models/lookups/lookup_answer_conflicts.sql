-- Answers that lost: a registry found another company than the one the name stands for. An id that was merged into
-- another one names that one. What the cache has not read yet has lost to nothing.
select
    answer.answer_id,
    answer.normalized_name,
    answer.asked_name,
    cache.company_id as winning_company_id,
    answer.company_id as losing_company_id,
    answer.provider as losing_provider,
    case
        when cache.correction_id is not null then 'correction ' || cache.correction_id
        when replaced.kind = 'corrected' then 'correction ' || replaced.correction_id
        else 'a better answer'
    end as rule,
    answer.answered_at
from {{ ref('stg_lookup_answers') }} as answer
left join {{ ref('company_lookup_cache') }} as cache on answer.normalized_name = cache.normalized_name
left join {{ ref('stg_company_id_corrections') }} as replaced
    on answer.company_id = replaced.from_company_id and {{ company_enrichment.replaces('replaced') }}
where
    answer.outcome = 'found'
    -- Almost all answers have won, which their ids tell at less cost than their names.
    and not exists (
        select
        from {{ ref('company_lookup_cache') }} as winner
        where winner.answer_id = answer.answer_id and winner.correction_id is null
    )
    and {{ company_enrichment.has_read('company_lookup_cache', 'answer') | indent(4) }}
    and cache.company_id is distinct from
    case when replaced.kind = 'merged' then replaced.current_company_id else answer.company_id end
