{% macro longest_text() %}
{#-
  How many characters a text may have where nothing else is said: an alias, an entry of a var, an argument. In UTF-8 it always fits
  an index, whose entries have at most 2,704 octets.
-#}
{{- return(500) -}}
{% endmacro %}
