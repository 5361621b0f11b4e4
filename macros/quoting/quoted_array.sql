{% macro quoted_array(texts) %}
{#- A list of texts as an SQL array; an empty list is an empty array of text. -#}
{%- set literals = [] -%}
{%- for text in texts -%}
    {%- do literals.append(company_enrichment.quoted(text)) -%}
{%- endfor -%}
array[{{ literals | join(', ') }}]::text[]
{%- endmacro %}
