{% macro is_temporary_id(company_id) %}
{#- True where an SQL expression has the form of a temporary id, which no real company id may have. -#}
({{ company_id }} ~ '^{{ company_enrichment.temp_id_prefix() }}[0-9]{6,}$')
{%- endmacro %}
