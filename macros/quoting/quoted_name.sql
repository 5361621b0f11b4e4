{% macro quoted_name(name) %}
{#- The name of a schema, relation, column or role as an SQL identifier, whatever it holds; adapter.quote() leaves a quote inside it alone. -#}
{{- return('"' ~ (name | replace('"', '""')) ~ '"') -}}
{% endmacro %}
