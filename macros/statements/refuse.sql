{% macro refuse(operation=none) %}
{#-
  Stops with an error: the text of its call block, in one line.

  Argument
    operation  the operation that refuses, to begin the message with
-#}
{%- set message = company_enrichment.one_line(caller()) -%}
{{- exceptions.raise_compiler_error('In ' ~ operation ~ ': ' ~ message if operation else message) -}}
{%- endmacro %}
