{% macro enrichment_locks() %}
{#-
  DDL of enrichment_locks: one row per lock that hold_lock() takes. Locks of rows, because anybody who may connect could
  take an advisory lock whose key can be guessed; these need a right on the table. Owner: hold_lock().
-#}
create table if not exists {{ target.schema }}.enrichment_locks (name text primary key)
{% endmacro %}
