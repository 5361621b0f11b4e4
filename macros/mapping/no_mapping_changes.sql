{% macro no_mapping_changes() %}
{#- What stands for mapping_changes, with the columns that its rule reads, where nothing has been decided yet. -#}
{{- return(company_enrichment.no_rows({
    'load_id': 'text', 'line_no': 'integer', 'source': 'text', 'match_type': 'text', 'alias_text': 'text', 'alias_name': 'text',
    'key_version': 'text', 'company_id': 'text', 'outcome': 'text', 'rule': 'text', 'reason': 'text', 'claim': 'text',
    'load_number': 'bigint', 'claim_number': 'bigint'
})) -}}
{% endmacro %}
