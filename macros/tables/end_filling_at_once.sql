{% macro end_filling_at_once() %}
{#- Makes the primary key and the indexes again that begin_filling_at_once() has taken away, as they were. -#}
{%- set taken_away -%}
select json_array_elements_text(nullif(current_setting('company_enrichment.filled_at_once', true), '')::json)
{%- endset -%}
{%- for row in run_query(taken_away).rows -%}
    {%- do run_query(row[0]) -%}
{%- endfor -%}
{% endmacro %}
