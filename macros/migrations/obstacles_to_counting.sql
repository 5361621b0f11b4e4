{% macro obstacles_to_counting(table, counter) %}
{#-
  What keeps a temp_id_sequence from being counted in it, as a list of phrases: rows that cannot be written as they are.

  Arguments
    table    its qualified name
    counter  its column that holds the counter: id, or last_number
-#}
{%- set obstacles = [] -%}
{%- set columns_without_default -%}
select attname
from pg_attribute
where
    attrelid = '{{ table }}'::regclass
    and attnum > 0
    and not attisdropped
    and attnotnull
    and not atthasdef
    and attidentity = ''
    and attname not in ('id', 'last_number', 'updated_at')
order by attnum
{%- endset -%}
{%- for column in run_query(columns_without_default).columns[0].values() -%}
    {%- call company_enrichment.add_obstacle(obstacles) -%}
        the column {{ column }}, which is NOT NULL without a default
    {%- endcall -%}
{%- endfor -%}
{%- set checks -%}
select conname, pg_get_expr(conbin, conrelid)
from pg_constraint
where
    conrelid = '{{ table }}'::regclass
    and contype = 'c'
    and conkey <@ array(
        select attnum from pg_attribute where attrelid = conrelid and attname in ('{{ counter }}', 'updated_at')
    )
order by conname
{%- endset -%}
{%- for check, condition in run_query(checks).rows -%}
    {%- set refuses_zero -%}
select ({{ condition }}) is false from (select 0 as {{ counter }}, now() as updated_at) as seeded
    {%- endset -%}
    {%- if company_enrichment.value_of(refuses_zero) -%}
        {%- call company_enrichment.add_obstacle(obstacles) -%}
            the check constraint {{ check }}, which does not admit the 0 that a counter starts with
        {%- endcall -%}
    {%- endif -%}
{%- endfor -%}
{{- return(obstacles) -}}
{% endmacro %}
