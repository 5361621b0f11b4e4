{% macro merge_crosswalk() %}
{#- Writes into company_id_crosswalk what an operation has made of ids, aliases, answers and corrections, as the next run would derive it. -#}
{%- do company_enrichment.merge_into_model('company_id_crosswalk', company_enrichment.crosswalk_changes(
    company_enrichment.qualified('company_id_crosswalk'),
    company_enrichment.qualified('temp_company_ids'),
    company_enrichment.qualified('company_mapping'),
    company_enrichment.qualified('company_lookup_cache'),
    company_enrichment.qualified('company_id_corrections'),
)) -%}
{% endmacro %}
