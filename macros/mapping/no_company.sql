{% macro no_company() %}
{#- What a mapping names as company id where its alias deliberately stands for no company. -#}
{{- return('__EMPTY__') -}}
{% endmacro %}
