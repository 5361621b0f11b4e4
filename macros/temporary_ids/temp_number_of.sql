{% macro temp_number_of(temp_id) %}
{#-
  The number of a temporary id as text, as an SQL expression.

  Argument
    temp_id  an SQL expression that has the form of one, see is_temporary_id()
-#}
substr({{ temp_id }}, {{ company_enrichment.temp_id_prefix() | length + 1 }})
{%- endmacro %}
