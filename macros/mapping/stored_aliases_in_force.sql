{% macro stored_aliases_in_force() %}
{#- aliases_in_force() of the tables as they are stored: for operations, which cannot ref() a model. -#}
{{- company_enrichment.aliases_in_force(
    company_enrichment.qualified('mapping_changes'),
    company_enrichment.qualified('corrected_aliases'),
    company_enrichment.qualified('company_id_corrections'),
) -}}
{%- endmacro %}
