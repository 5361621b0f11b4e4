{% macro is_mapping_conflict(change) %}
{#-
  True for a row of mapping_changes that met another company, as an SQL condition: it lost, or it overruled what another
  source says. What is counted as a conflict anywhere is counted by this.

  Argument
    change  alias of the row
-#}
({{ change }}.outcome = 'conflict' or {{ change }}.rule is not null)
{%- endmacro %}
