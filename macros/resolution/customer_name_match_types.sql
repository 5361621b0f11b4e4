{% macro customer_name_match_types() %}
{#- The match types whose aliases are compared with the name of the customer, as an SQL array. -#}
{{- return(company_enrichment.quoted_array(
    company_enrichment.match_types() | selectattr('record_key', 'equalto', 'normalized_customer_name')
    | map(attribute='match_type') | list)) -}}
{% endmacro %}
