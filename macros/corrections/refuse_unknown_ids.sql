{% macro refuse_unknown_ids(decision) %}
{#-
  Stops with an error when nothing carries one of the ids of a decision: a typing error would be recorded, and would do
  nothing. The error names the ids in use that are most like it.

  Argument
    decision  what checked_correction() returned
-#}
{%- for name, company_id in {'from': decision.from, 'to': decision.to}.items() -%}
    {%- set given = company_enrichment.quoted(company_id) -%}
    {%- set known -%}
select 1 from ({{ company_enrichment.company_ids_in_use() }}) as used where used.company_id = {{ given }} limit 1
    {%- endset -%}
    {%- if not run_query(known).rows -%}
        {%- set near = run_query(company_enrichment.nearest_company_ids(given)).columns[0].values() -%}
        {%- call company_enrichment.refuse('correct_company_id') -%}
            {{ name }} is {{ company_id }}, which no mapping, answer, record, registry row or correction carries.
            {% if near %}The nearest ids in use: {{ near | join(', ') }}{% else %}No id is in use{% endif %}.
            If it is right all the same, add allow_unknown: true
        {%- endcall -%}
    {%- endif -%}
{%- endfor -%}
{% endmacro %}
