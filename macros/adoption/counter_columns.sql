{% macro counter_columns(table) %}
{#-
  The columns that may hold the counter in a temp_id_sequence of the predecessor: last_number, id, or both.

  Argument
    table  its qualified name
-#}
{%- set columns = run_query(
    "select attname from pg_attribute where attrelid = " ~ company_enrichment.quoted(table) ~ "::regclass"
    ~ " and attname in ('last_number', 'id') and not attisdropped order by attname"
).columns[0].values() | list -%}
{%- if not columns -%}
    {{ exceptions.raise_compiler_error("In adopt: " ~ table ~ " has neither a column last_number nor id.") }}
{%- endif -%}
{{- return(columns) -}}
{% endmacro %}
