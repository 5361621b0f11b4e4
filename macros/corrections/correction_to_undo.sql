{% macro correction_to_undo(decision) %}
{#-
  The number of the correction in force that a decision is the exact reverse of, or none: that one is undone, instead of
  a company being moved back together with all that always was its own.

  Argument
    decision  what checked_correction() returned
-#}
{%- set corrections = target.schema ~ '.company_id_corrections' -%}
{%- set reversed = (
    "correction.from_company_id = " ~ company_enrichment.quoted(decision.to)
    ~ " and correction.to_company_id = " ~ company_enrichment.quoted(decision.from)
) -%}
{%- if decision.aliases -%}
    {%- set found = run_query(
        "select correction.correction_id from " ~ corrections ~ " as correction"
        ~ " inner join " ~ target.schema ~ ".corrected_aliases as held"
        ~ " on held.correction_id = correction.correction_id and held.superseded_by is null"
        ~ " inner join (" ~ company_enrichment.given_aliases(decision.aliases) ~ ") as given"
        ~ " on given.match_type = held.match_type and given.alias_name = held.alias_name"
        ~ " where correction.covers = 'aliases' and correction.undoes is null and " ~ reversed
        ~ " group by correction.correction_id having count(*) = " ~ (decision.aliases | length)
    ).rows -%}
{%- else -%}
    {%- set found = run_query(
        "select correction.correction_id from " ~ corrections ~ " as correction where "
        ~ company_enrichment.replaces('correction') ~ " and " ~ reversed
    ).rows -%}
{%- endif -%}
{{- return(found[0][0] if found else none) -}}
{% endmacro %}
