{% macro blank_characters() %}
{#- A regular expression of blanks, tabulators and line ends, those included that [[:space:]] of some databases lacks. -#}
{{- return('[\\u0009-\\u000D\\u001C-\\u0020\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+') -}}
{% endmacro %}
