{% macro covered_aliases(decision, undone) %}
{#-
  What a correction moves, as a query of match_type, alias_name, alias_text and key_version: the aliases that stand for
  its `from`, and, as match type lookup, the names whose best answer does; of a correction to be undone, what it has moved.

  Arguments
    decision  what checked_correction() returned
    undone    the correction that the decision undoes, or none
-#}
{%- set schema = target.schema -%}
{%- set condition = (
    "moved.correction_id in (" ~ company_enrichment.corrections_through(undone) ~ ")" if undone else "moved.company_id = " ~ company_enrichment.quoted(decision.from)
) -%}
select moved.match_type, moved.alias_name, moved.alias_text, moved.key_version
from (
    select match_type, alias_name, alias_text, key_version, company_id, correction_id
    from ({{ company_enrichment.aliases_in_force(
        schema ~ '.mapping_changes', schema ~ '.corrected_aliases', schema ~ '.company_id_corrections') }}) as aliases
    where retired_at is null
    union all
    select 'lookup', normalized_name, asked_name, key_version, company_id, correction_id
    from ({{ company_enrichment.best_answers(
        schema ~ '.lookup_answers', schema ~ '.corrected_aliases', schema ~ '.company_id_corrections') }}) as answers
) as moved
where
    {{ condition }}
    {%- if decision.aliases %}
    and (moved.match_type, moved.alias_name) in (
        select given.match_type, given.alias_name from ({{ company_enrichment.given_aliases(decision.aliases) }}) as given
    )
    {%- endif %}
{%- endmacro %}
