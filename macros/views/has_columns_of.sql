{% macro has_columns_of(view, sql) %}
{#-
  Whether a query has the columns of a view, with their names and types and in their order, and perhaps more after them:
  only then can PostgreSQL put it in the place of the view's.

  Arguments
    view  the relation
    sql   the query
-#}
{%- set columns = "select attnum, attname, atttypid, atttypmod, attcollation from pg_attribute where attrelid = '" -%}
{%- do run_query("create temporary view " ~ view.identifier ~ "__incoming as (\n" ~ sql ~ "\n)") -%}
{%- set lost = run_query(
    columns ~ view ~ "'::regclass and attnum > 0 except " ~ columns ~ "pg_temp." ~ view.identifier ~ "__incoming'::regclass"
).rows -%}
{%- do run_query("drop view pg_temp." ~ view.identifier ~ "__incoming") -%}
{{- return(not lost) -}}
{% endmacro %}
