{% macro covered_aliases(decision, undone) %}
{#-
  What a correction moves, as a query of match_type, alias_name, alias_text and key_version: the aliases that stand for
  its `from`, and, as match type lookup, the names whose best answer does; of a correction to be undone, what it has moved.

  Arguments
    decision  what checked_correction() returned
    undone    the correction that the decision undoes, or none
-#}
select moved.match_type, moved.alias_name, moved.alias_text, moved.key_version
from (
    select match_type, alias_name, alias_text, key_version, company_id, correction_id
    from ({{ company_enrichment.stored_aliases_in_force() }}) as aliases
    where retired_at is null
    union all
    select 'lookup', normalized_name, asked_name, key_version, company_id, correction_id
    from ({{ company_enrichment.stored_best_answers() }}) as answers
) as moved
where
    {{ company_enrichment.moves_by_correction('moved', decision, undone) }}
    {%- if decision.aliases %}
    and (moved.match_type, moved.alias_name) in (
        select given.match_type, given.alias_name from ({{ company_enrichment.given_aliases(decision.aliases) }}) as given
    )
    {%- endif %}
{%- endmacro %}
