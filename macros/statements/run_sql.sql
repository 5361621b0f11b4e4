{% macro run_sql() %}
{#- Runs the SQL of its call block, in the transaction that is open. For what changes something: value_of() and run_query() read. -#}
{%- do run_query(caller()) -%}
{%- endmacro %}
