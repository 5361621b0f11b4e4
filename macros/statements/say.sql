{% macro say(operation=none) %}
{#-
  Prints the text of its call block, in one line.

  Argument
    operation  the operation that says it, to begin the line with
-#}
{%- set message = company_enrichment.one_line(caller()) -%}
{%- do log(operation ~ ': ' ~ message if operation else message, info=true) -%}
{%- endmacro %}
