{% macro company_id_placeholders() %}
{#- What stands for "no company id", in upper case. -#}
{{- return(['N', 'NA', 'N/A', 'NONE', 'NULL', 'NAN']) -}}
{% endmacro %}
