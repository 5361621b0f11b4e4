{% macro warn() %}
{#- Warns with the text of its call block, in one line. -#}
{%- do exceptions.warn(company_enrichment.one_line(caller())) -%}
{%- endmacro %}
