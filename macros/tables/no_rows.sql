{% macro no_rows(columns) %}
{#-
  A relation without rows, to select from in place of a table that is not there yet.

  Argument
    columns  a dictionary from the columns to their types
-#}
(
    select
        {%- for name, type in columns.items() %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
)
{%- endmacro %}
