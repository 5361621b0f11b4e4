{% macro best_answers(answers, corrected_aliases, company_id_corrections, of_names=none) %}
{#-
  The best answer to each name, as a query, and the company it stands for: the one the registry found
  (answered_company_id) unless a correction holds the name or says that this company is another one. An answer that
  names a company id found wrong does not count.

  Arguments
    answers                 the answers of registries
    corrected_aliases       the aliases that corrections hold; names that were answered are filed under lookup
    company_id_corrections  the corrections
    of_names                what follows IN or =: an SQL array in any(), or a query of name keys; no others are read
-#}
select distinct on (answer.normalized_name)
    answer.normalized_name,
    answer.outcome,
    case
        when answer.outcome = 'found'
            then coalesce(held.company_id, replaced.current_company_id, answer.company_id)
    end as company_id,
    answer.company_id as answered_company_id,
    case when answer.outcome = 'found' then coalesce(held.correction_id, replaced.correction_id) end as correction_id,
    answer.company_name,
    answer.confidence,
    answer.provider,
    answer.answer_id,
    answer.asked_name,
    answer.key_version,
    answer.answered_at,
    {{ company_enrichment.answer_expires_at('answer') | indent(4) }} as expires_at
from {{ answers }} as answer
left join {{ corrected_aliases }} as held
    on
        held.match_type = 'lookup'
        and answer.normalized_name = held.alias_name
        and held.superseded_by is null
left join {{ company_id_corrections }} as replaced
    on
        answer.company_id = replaced.from_company_id
        and {{ company_enrichment.replaces('replaced') }}
where
    (held.correction_id is not null or replaced.kind is distinct from 'corrected')
    {%- if of_names %}
    and answer.normalized_name {{ of_names }}
    {%- endif %}
order by
    answer.normalized_name,
    {{ company_enrichment.best_answer_first('answer') | indent(4) }}
{%- endmacro %}
