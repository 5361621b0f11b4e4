{% macro table_or_empty(table, columns) %}
{#-
  An operational table to select from; no rows of the same columns where it is not deployed yet, or where the
  predecessor's still has its name.

  Arguments
    table    its name
    columns  a dictionary from the columns that are read to their types
-#}
{%- set there -%}
select count(*)
from pg_attribute
where
    attrelid = to_regclass('{{ target.schema }}.{{ table }}')
    and attname = any({{ company_enrichment.quoted_array(columns) }})
{%- endset -%}
{%- if company_enrichment.value_of(there) == columns | length -%}
    {{- return(company_enrichment.qualified(table)) -}}
{%- endif -%}
{{- return(company_enrichment.no_rows(columns)) -}}
{% endmacro %}
