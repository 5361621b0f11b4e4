{% macro name_key_functions(schema=none) %}
{#-
  The functions that make the keys of names and codes, as a dictionary from name to DDL, in the order in which they are
  created. While keys of other rules are stored, a deployment leaves them as they are.

  Argument
    schema  where; the project's own when it is none
-#}
{#- Folded by the database once for all of them. -#}
{%- set texts = company_enrichment.name_rule_texts() -%}
{{- return({
    'judged_company_name': company_enrichment.judged_company_name(schema, texts),
    'company_name_without_remarks': company_enrichment.company_name_without_remarks(schema),
    'company_name_key_in_full': company_enrichment.company_name_key_in_full(schema),
    'normalize_company_name': company_enrichment.normalize_company_name(schema, texts),
    'company_name_fault': company_enrichment.company_name_fault(schema),
    'judged_code': company_enrichment.judged_code(schema, texts),
    'normalize_code': company_enrichment.normalize_code(schema, texts),
    'code_fault': company_enrichment.code_fault(schema),
}) -}}
{% endmacro %}
