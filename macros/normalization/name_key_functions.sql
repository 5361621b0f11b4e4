{% macro name_key_functions() %}
{#- The functions that make the name key, as a dictionary from name to DDL, in the order in which they are created. -#}
{{- return({
    'company_name_without_remarks': company_enrichment.company_name_without_remarks(),
    'company_name_key_in_full': company_enrichment.company_name_key_in_full(),
    'normalize_company_name': company_enrichment.normalize_company_name(),
}) -}}
{% endmacro %}
