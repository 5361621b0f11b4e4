{% macro has_stored_name_keys() %}
{#- True when any table holds keys that normalize_company_name() has made. -#}
{%- for table in [
    'temp_company_ids', 'lookup_requests', 'lookup_answers', 'customer_record_keys', 'mapping_changes', 'company_mapping'
] -%}
    {%- set relation = company_enrichment.qualified(table) -%}
    {%- set has_rows -%}
    select 1 from {{ relation }} limit 1
    {%- endset -%}
    {%- if company_enrichment.has_relation(relation) and company_enrichment.value_of(has_rows) -%}
        {{- return(true) -}}
    {%- endif -%}
{%- endfor -%}
{{- return(false) -}}
{% endmacro %}
