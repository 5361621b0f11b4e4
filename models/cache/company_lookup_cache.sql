-- The best answer to each name that a registry was ever asked for.
select distinct on (answer.normalized_name)
    answer.normalized_name,
    answer.outcome,
    answer.company_id,
    answer.company_name,
    answer.confidence,
    answer.provider,
    answer.answer_id,
    answer.asked_name,
    answer.key_version,
    answer.answered_at
from {{ ref('stg_lookup_answers') }} as answer
order by answer.normalized_name, {{ company_enrichment.best_answer_first('answer') }}
