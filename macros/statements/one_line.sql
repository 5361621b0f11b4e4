{% macro one_line(text) %}
{#-
  A text that was written over several lines, as one: line breaks and repeated blanks become one blank.

  Argument
    text  the text
-#}
{{- return(modules.re.sub('\\s+', ' ', text) | trim) -}}
{%- endmacro %}
