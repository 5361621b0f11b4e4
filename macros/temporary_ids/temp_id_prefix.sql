{% macro temp_id_prefix() %}
{#- How every temporary id begins, and no company id may. -#}
{{- return('TEMP_') -}}
{% endmacro %}
