{% macro mapping_seeds() %}
{#- The seeds whose rows are landed as mappings: the var mapping_seeds, without the sample where that is not used. -#}
{%- set seeds = company_enrichment.checked_var('mapping_seeds') -%}
{{- return((seeds if company_enrichment.uses_sample() else seeds | reject('equalto', 'sample_mappings')) | list) -}}
{% endmacro %}
