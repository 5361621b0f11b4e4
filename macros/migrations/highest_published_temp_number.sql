{% macro highest_published_temp_number(at_least=0) %}
{#-
  The highest number of a temporary id that was issued or published: ever entered in the ledger, in the result, in the
  crosswalk, or in the relations of the var published_temp_ids; 0 when there is none. A counter below it would issue an id a
  second time.

  Only what was issued counts: a company id of a mapping or an answer that merely looks like a temporary one never does. Stops
  with an error that names an id which lies further beyond the highest one issued than the var published_temp_id_limit
  allows, unless the counter stands behind it already.

  The query on company_resolution reads one row of its index of temporary ids, not the table.

  Argument
    at_least  a number that somebody has vouched for: ids up to it are plausible
-#}
{%- set limit = company_enrichment.checked_var('published_temp_id_limit') -%}
{%- set state = namespace(issued=0, counter=0) -%}
{#- What was ever entered, also where the ledger itself was restored from an older dump. -#}
{%- for table, column in [('temp_company_ids', 'temp_number'), ('temp_id_high_water', 'highest_issued')] -%}
    {%- set relation = company_enrichment.qualified(table) -%}
    {%- if company_enrichment.has_relation(relation) -%}
        {%- set issued -%}
select coalesce(max({{ column }}), 0) from {{ relation }}
        {%- endset -%}
        {%- set state.issued = [state.issued, company_enrichment.value_of(issued) | int] | max -%}
    {%- endif -%}
{%- endfor -%}
{%- set state.counter = company_enrichment.deployed_counter() -%}
{%- set relations = [
    {'relation': company_enrichment.qualified('company_resolution'), 'column': 'company_id', 'issued': "to_jsonb(published) ->> 'is_temporary'"},
    {'relation': company_enrichment.qualified('company_id_crosswalk'), 'column': 'from_company_id',
        'issued': "to_jsonb(published) ->> 'kind' not in ('merged', 'corrected')"},
] -%}
{%- set highest = namespace(number=state.issued) -%}
{%- for entry in relations + company_enrichment.published_temp_ids() -%}
    {%- if company_enrichment.has_relation(entry.relation) -%}
        {%- set query -%}
select {{ company_enrichment.temp_number_of(entry.column) }}::numeric
from {{ entry.relation }} as published
where
    {{ company_enrichment.is_temporary_id(entry.column) }}
    {%- if entry.issued %}
    and coalesce(({{ entry.issued }})::boolean, true)
    {%- endif %}
order by char_length({{ entry.column }}) desc, {{ entry.column }} desc
limit 1
        {%- endset -%}
        {%- set number = company_enrichment.value_of(query) or 0 -%}
        {%- if number > company_enrichment.highest_temp_number() -%}
            {%- call company_enrichment.refuse() -%}
                {{ entry.relation }}.{{ entry.column }} holds {{ company_enrichment.temp_id_prefix() }}{{ number | int }}, whose number is beyond INTEGER:
                no counter can lie behind it. Correct that row.
            {%- endcall -%}
        {%- elif number > [state.counter, state.issued + limit, at_least] | max -%}
            {%- call company_enrichment.refuse() -%}
                {{ entry.relation }}.{{ entry.column }} holds {{ company_enrichment.temp_id_prefix() }}{{ number | int }}, but the highest id issued is number
                {{ state.issued }}: so far beyond it, it is taken for an error, and the counter does not follow it. Correct that
                row; or, if the id was issued, raise the var published_temp_id_limit, which is {{ limit }}, or lift the
                counter yourself: dbt run-operation migrate_temp_id_sequence --args '{at_least: {{ number | int }}}'
            {%- endcall -%}
        {%- else -%}
            {%- set highest.number = [highest.number, number | int] | max -%}
        {%- endif -%}
    {%- endif -%}
{%- endfor -%}
{{- return(highest.number) -}}
{% endmacro %}
