{% macro name_key_functions(schema=none) %}
{#-
  The functions that make the name key, as a dictionary from name to DDL, in the order in which they are created.

  Argument
    schema  where; the project's own when it is none
-#}
{{- return({
    'company_name_without_remarks': company_enrichment.company_name_without_remarks(schema),
    'company_name_key_in_full': company_enrichment.company_name_key_in_full(schema),
    'normalize_company_name': company_enrichment.normalize_company_name(schema),
}) -}}
{% endmacro %}
