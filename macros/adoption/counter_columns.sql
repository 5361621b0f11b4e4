{% macro counter_columns(table) %}
{#-
  The columns that may hold the counter in a temp_id_sequence of the predecessor: last_number, id, or both.

  Argument
    table  its qualified name
-#}
{%- set named -%}
select attname
from pg_attribute
where
    attrelid = {{ company_enrichment.quoted(table) }}::regclass
    and attname in ('last_number', 'id')
    and not attisdropped
order by attname
{%- endset -%}
{%- set columns = run_query(named).columns[0].values() | list -%}
{%- if not columns -%}
    {%- call company_enrichment.refuse('adopt') -%} {{ table }} has neither a column last_number nor id. {%- endcall -%}
{%- endif -%}
{{- return(columns) -}}
{% endmacro %}
