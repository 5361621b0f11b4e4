{% macro has_schema(name) %}
{#-
  Whether the database has a schema.

  Argument
    name  its name
-#}
{%- set found -%}
select 1 from pg_namespace where nspname = {{ company_enrichment.quoted(name) }}
{%- endset -%}
{{- return(company_enrichment.value_of(found) is not none) -}}
{% endmacro %}
