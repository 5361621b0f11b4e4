{% macro is_unclean(company_id) %}
{#- True where an SQL expression is not in the one form that clean_company_id() gives it. -#}
({{ company_id }} <> {{ target.schema }}.clean_company_id({{ company_id }}))
{%- endmacro %}
