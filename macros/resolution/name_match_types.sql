{% macro name_match_types() %}
{#- The match types whose aliases are names, filed under their name key, as a list of SQL literals. -#}
{%- set names = company_enrichment.match_types()
    | selectattr('record_key', 'in', ['normalized_customer_name', 'normalized_account_name'])
    | map(attribute='match_type') | list -%}
'{{ names | join("', '") }}'
{%- endmacro %}
