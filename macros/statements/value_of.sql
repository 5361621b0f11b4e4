{% macro value_of(sql) %}
{#-
  The first column of the first row of a query; none where it has no row, or where nothing is executed.

  Argument
    sql  the query
-#}
{%- set rows = run_query(sql).rows if execute else [] -%}
{{- return(rows[0][0] if rows else none) -}}
{%- endmacro %}
