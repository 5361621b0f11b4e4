{% macro quoted(text) %}
{#- A text as an SQL literal, whatever it holds, and whatever standard_conforming_strings says where it is read. -#}
{{- return("E'" ~ (text | replace("\\", "\\\\") | replace("'", "''")) ~ "'") -}}
{% endmacro %}
