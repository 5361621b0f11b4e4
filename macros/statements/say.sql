{% macro say(operation=none) %}
{#-
  Prints the text of its call block, with line breaks and repeated blanks as one blank.

  Argument
    operation  the operation that says it, to begin the line with
-#}
{%- set message = company_enrichment.one_line(caller()) -%}
{%- do log(operation ~ ': ' ~ message if operation else message, info=true) -%}
{%- endmacro %}
