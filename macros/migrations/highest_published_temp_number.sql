{% macro highest_published_temp_number(at_least=0) %}
{#-
  The highest number of a temporary id that was issued or published: ever entered in the ledger, in the result, in the crosswalk, or in the
  relations of the var published_temp_ids; 0 when there is none. A counter below it would issue an id a second time.

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
    {%- set relation = target.schema ~ '.' ~ table -%}
    {%- if run_query("select to_regclass('" ~ relation ~ "') is not null").columns[0].values()[0] -%}
        {%- set issued = run_query("select coalesce(max(" ~ column ~ "), 0) from " ~ relation).columns[0].values()[0] -%}
        {%- set state.issued = [state.issued, issued | int] | max -%}
    {%- endif -%}
{%- endfor -%}
{%- set state.counter = company_enrichment.deployed_counter() -%}
{%- set relations = [
    {'relation': target.schema ~ '.company_resolution', 'column': 'company_id', 'issued': "to_jsonb(published) ->> 'is_temporary'"},
    {'relation': target.schema ~ '.company_id_crosswalk', 'column': 'from_company_id',
        'issued': "to_jsonb(published) ->> 'kind' not in ('merged', 'corrected')"},
] -%}
{%- set highest = namespace(number=state.issued) -%}
{%- for entry in relations + company_enrichment.published_temp_ids() -%}
    {%- if run_query("select to_regclass(" ~ company_enrichment.quoted(entry.relation) ~ ") is not null").columns[0].values()[0] -%}
        {%- set query -%}
select substr({{ entry.column }}, 6)::numeric
from {{ entry.relation }} as published
where {{ company_enrichment.is_temporary_id(entry.column) }} {{ 'and coalesce((' ~ entry.issued ~ ')::boolean, true)' if entry.issued }}
order by char_length({{ entry.column }}) desc, {{ entry.column }} desc
limit 1
        {%- endset -%}
        {%- set number = run_query(query).columns[0].values() -%}
        {%- if number and number[0] > 2147483647 -%}
            {{ exceptions.raise_compiler_error(
                entry.relation ~ "." ~ entry.column ~ " holds TEMP_" ~ number[0] | int ~ ", whose number is beyond INTEGER: "
                ~ "no counter can lie behind it. Correct that row.") }}
        {%- elif number and number[0] > [state.counter, state.issued + limit, at_least] | max -%}
            {{ exceptions.raise_compiler_error(
                entry.relation ~ "." ~ entry.column ~ " holds TEMP_" ~ number[0] | int ~ ", but the highest id issued is number "
                ~ state.issued ~ ": so far beyond it, it is taken for an error, and the counter does not follow it. Correct that"
                ~ " row; or, if the id was issued, raise the var published_temp_id_limit, which is " ~ limit ~ ", or lift the"
                ~ " counter yourself: dbt run-operation migrate_temp_id_sequence --args '{at_least: " ~ number[0] | int ~ "}'") }}
        {%- elif number -%}
            {%- set highest.number = [highest.number, number[0] | int] | max -%}
        {%- endif -%}
    {%- endif -%}
{%- endfor -%}
{{- return(highest.number) -}}
{% endmacro %}
