{% macro stored_keys() %}
{#-
  Where keys of names are stored, as a list of {table, key, name, where}: the column of the key, the column of the name that
  made it, and which rows have one. company_mapping and company_lookup_cache are derived from these.
-#}
{%- set names = "match_type in (" ~ company_enrichment.name_match_types() ~ ")" -%}
{{- return([
    {'table': 'temp_company_ids', 'key': 'normalized_name', 'name': 'first_name', 'where': 'first_name is not null'},
    {'table': 'lookup_requests', 'key': 'normalized_name', 'name': 'name', 'where': 'true'},
    {'table': 'lookup_answers', 'key': 'normalized_name', 'name': 'asked_name', 'where': 'true'},
    {'table': 'corrected_aliases', 'key': 'alias_name', 'name': 'alias_text', 'where': names ~ " or match_type = 'lookup'"},
    {'table': 'mapping_changes', 'key': 'alias_name', 'name': 'alias_text', 'where': names},
    {'table': 'customer_record_keys', 'key': 'normalized_customer_name', 'name': 'customer_name', 'where': 'true'},
    {'table': 'customer_record_keys', 'key': 'normalized_account_name', 'name': 'account_name', 'where': 'true'},
    {'table': 'adopted_temp_ids', 'key': 'normalized_name', 'name': 'name', 'where': 'true'},
]) -}}
{% endmacro %}
