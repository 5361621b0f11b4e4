{% macro no_rows(columns) %}
{#-
  A relation without rows, to select from in place of a table that is not there yet.

  Argument
    columns  a dictionary from the columns to their types
-#}
{%- set nulls = [] -%}
{%- for name, type in columns.items() -%}
    {%- do nulls.append('cast(null as ' ~ type ~ ') as ' ~ name) -%}
{%- endfor -%}
{{- return('(\n    select\n        ' ~ nulls | join(',\n        ') ~ '\n    where false\n)') -}}
{% endmacro %}
