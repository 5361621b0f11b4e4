{% macro correction_to_undo(decision) %}
{#-
  The number of the correction in force that a decision is the exact reverse of, or none: that one is undone, instead of
  a company being moved back together with all that always was its own.

  Argument
    decision  what checked_correction() returned
-#}
{%- set reverse -%}
select correction.correction_id
from {{ target.schema }}.company_id_corrections as correction
{%- if decision.aliases %}
inner join {{ target.schema }}.corrected_aliases as held
    on held.correction_id = correction.correction_id and held.superseded_by is null
inner join ({{ company_enrichment.given_aliases(decision.aliases) }}) as given
    on given.match_type = held.match_type and given.alias_name = held.alias_name
{%- endif %}
where
    correction.from_company_id = {{ company_enrichment.quoted(decision.to) }}
    and correction.to_company_id = {{ company_enrichment.quoted(decision.from) }}
    {%- if decision.aliases %}
    and correction.covers = 'aliases'
    and correction.undoes is null
group by correction.correction_id
having count(*) = {{ decision.aliases | length }}
    {%- else %}
    and {{ company_enrichment.replaces('correction') }}
    {%- endif %}
{%- endset -%}
{{- return(company_enrichment.value_of(reverse)) -}}
{% endmacro %}
