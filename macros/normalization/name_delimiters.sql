{% macro name_delimiters() %}
{#-
  What delimits a remark, as a dictionary: separator and delimiter (separators and brackets) for use inside the brackets of
  a regular expression, around the same characters and the blank as a plain text, to be trimmed.
-#}
{%- set separator = '-_/\\\\|:;,.·、。~+*#=' -%}
{%- set delimiter = separator ~ '()' -%}
{{- return({
    'separator': separator,
    'delimiter': delimiter,
    'around': modules.re.sub('\\\\(.)', '\\1', delimiter) ~ ' ',
}) -}}
{% endmacro %}
