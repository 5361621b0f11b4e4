{% macro one_line(text) %}
{#-
  A text that was written over several lines, as one. Blanks within a line stay: a value that is quoted in it may have them.

  Argument
    text  the text
-#}
{{- return(modules.re.sub('[ \\t]*\\n\\s*', ' ', text) | trim) -}}
{%- endmacro %}
