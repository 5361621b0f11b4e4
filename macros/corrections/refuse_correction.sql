{% macro refuse_correction(decision) %}
{#-
  Stops with an error when a decision contradicts one that is in force, or names an alias that does not stand for its
  `from`. So there are no circles, and a retired company id is given to nobody.

  Argument
    decision  what checked_correction() returned
-#}
{%- set in_force -%}
select
    correction.correction_id,
    correction.from_company_id,
    correction.to_company_id,
    correction.kind,
    correction.current_company_id
from {{ target.schema }}.company_id_corrections as correction
where
    {{ company_enrichment.replaces('correction') }}
    and correction.from_company_id in ({{ company_enrichment.quoted(decision.from) }}, {{ company_enrichment.quoted(decision.to) }})
order by correction.correction_id
{%- endset -%}
{%- for correction_id, from, to, kind, current in run_query(in_force).rows -%}
    {%- set was -%}
        {{ from }} was {{ 'merged into' if kind == 'merged' else 'corrected to' }} {{ to }} by correction {{ correction_id }}
    {%- endset -%}
    {%- call company_enrichment.refuse('correct_company_id') -%}
        {%- if from == decision.from -%}
            {{ was }} already. Correct {{ current }}, or undo that one first: from: {{ to }}, to: {{ from }}
        {%- elif current == decision.from -%}
            {{ was }}, and {{ current }} is what it has become: that would be a circle. Undo that one first.
        {%- else -%}
            {{ was }}: a retired id is given to nobody. Use {{ current }}.
        {%- endif -%}
    {%- endcall -%}
{%- endfor -%}
{%- if decision.aliases -%}
    {%- set strangers -%}
select given.match_type, given.given, count(*) over () - 1 as others
from ({{ company_enrichment.given_aliases(decision.aliases) }}) as given
left join ({{ company_enrichment.covered_aliases(decision, none) }}) as covered
    on covered.match_type = given.match_type and covered.alias_name = given.alias_name
where covered.alias_name is null
order by given.match_type, given.given
limit 1
    {%- endset -%}
    {%- for match_type, alias, others in run_query(strangers).rows -%}
        {%- call company_enrichment.refuse('correct_company_id') -%}
            {{ match_type }} "{{ alias }}" does not stand for {{ decision.from }}
            {%- if others %} (and {{ others }} others do not, either){% endif -%}
        {%- endcall -%}
    {%- endfor -%}
{%- endif -%}
{% endmacro %}
