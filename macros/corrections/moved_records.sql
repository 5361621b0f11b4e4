{% macro moved_records(resolution, decision, undone) %}
{#-
  True for the records of company_resolution that a correction moves, as an SQL condition.

  Arguments
    resolution  alias of the table in the query
    decision    what checked_correction() returned
    undone      the correction that the decision undoes, or none
-#}
(
    {{- company_enrichment.moves_by_correction(resolution, decision, undone) }}
    {%- if decision.aliases %}
    and ({{ resolution }}.match_type, {{ resolution }}.matched_key) in (
        select given.match_type, given.alias_name from ({{ company_enrichment.given_aliases(decision.aliases) }}) as given
    )
    {%- endif %})
{%- endmacro %}
