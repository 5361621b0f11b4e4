{% macro qualified(name) %}
{#- The qualified name of a table or function of ours, whose schema is the target's. -#}
{{- return([target.schema, name] | join('.')) -}}
{% endmacro %}
