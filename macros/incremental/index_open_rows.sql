{% macro index_open_rows(columns) %}
{#-
  Post-hook of a history whose open rows have no valid_to: the index by which they are found, and by which the database
  itself allows one open row of each key.

  Argument
    columns  the key, as a list of names
-#}
{%- if execute -%}
create unique index if not exists {{ this.identifier }}_one_open on {{ this }} ({{ columns | join(', ') }}) where valid_to is null
{%- endif -%}
{% endmacro %}
