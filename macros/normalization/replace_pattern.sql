{% macro replace_pattern(expression, pattern, replacement) %}
{#- `regexp_replace` over an SQL expression, all matches; the pattern is quoted as an SQL literal. -#}
{{- return("regexp_replace(" ~ expression ~ ", '" ~ (pattern | replace("'", "''")) ~ "', '" ~ replacement ~ "', 'g')") -}}
{% endmacro %}
