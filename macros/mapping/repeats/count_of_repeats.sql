{% macro count_of_repeats(load_id) %}
{#-
  How many rows of a load were pruned, as a query of one row: lines.

  Argument
    load_id  the load, as an SQL expression
-#}
select coalesce(sum(cardinality(array_remove(stored.line_nos, null))), 0) as lines
from {{ target.schema }}.mapping_repeats as stored
where stored.load_id = {{ load_id }}
{%- endmacro %}
