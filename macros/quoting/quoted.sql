{% macro quoted(text) %}
{#-
  A text as an SQL literal, whatever it holds, and whatever standard_conforming_strings says where it is read. It may
  stand in a function's body, whose end $body$ it cannot be.
-#}
{{- return("E'" ~ (text | replace("\\", "\\\\") | replace("'", "''") | replace("$body$", "\\044body\\044")) ~ "'") -}}
{% endmacro %}
