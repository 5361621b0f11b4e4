{% macro merge_alias_history() %}
{#- Writes into company_mapping_history what an operation has made of company_mapping, as the next run would derive it. -#}
{%- do company_enrichment.merge_into_model('company_mapping_history', company_enrichment.alias_history_changes(
    company_enrichment.qualified('company_mapping'), company_enrichment.qualified('company_mapping_history'))) -%}
{% endmacro %}
