{% macro schema_version() %}
{#- Version of the operational tables that this project deploys and its Python package expects. -#}
{{- return(9) -}}
{% endmacro %}
