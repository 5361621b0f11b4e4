{% macro has_relation(relation) %}
{#-
  Whether the database has a relation.

  Argument
    relation  its qualified name, as SQL has it
-#}
{%- set found -%}
select to_regclass({{ company_enrichment.quoted(relation) }}) is not null
{%- endset -%}
{{- return(company_enrichment.value_of(found)) -}}
{% endmacro %}
