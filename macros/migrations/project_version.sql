{% macro project_version() %}
{#- The version of this project, as dbt_project.yml and the Python package state it; a test holds the three together. -#}
{{- return('0.1.0') -}}
{% endmacro %}
