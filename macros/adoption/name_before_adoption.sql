{% macro name_before_adoption(name) %}
{#- The name that adopt gives to a table, index or sequence of the predecessor. -#}
{{- return(name ~ '_before_adoption') -}}
{% endmacro %}
