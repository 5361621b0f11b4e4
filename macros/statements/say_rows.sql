{% macro say_rows(rows) %}
{#-
  Prints what a query has found, a line each and indented: the first fifty rows, and how many more there are.

  Argument
    rows  rows whose first column is what is printed
-#}
{%- for row in rows[:50] -%}
    {%- do log('    ' ~ row[0], info=true) -%}
{%- endfor -%}
{%- if rows | length > 50 -%}
    {%- do log('    … and ' ~ (rows | length - 50) ~ ' more', info=true) -%}
{%- endif -%}
{%- endmacro %}
