{% macro mapping_seeds() %}
{#- The var mapping_seeds, without the sample in a project that installs this one: there it is not enabled. -#}
{%- set seeds = company_enrichment.checked_var('mapping_seeds') -%}
{{- return((seeds if project_name == 'company_enrichment' else seeds | reject('equalto', 'sample_mappings')) | list) -}}
{% endmacro %}
