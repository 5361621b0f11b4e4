{% macro shown(value, longest=80) %}
{#-
  A value as an error message shows it: on one line, cut where it is long, and with every character that a terminal would
  obey, or show as something else, written as its number.

  Arguments
    value    whatever a var or an argument holds
    longest  characters of it that are shown
-#}
{%- if value is not defined or value is none -%}
    {{- return('null' if value is defined else 'left out') -}}
{%- elif value is boolean -%}
    {{- return('true' if value else 'false') -}}
{%- elif value is not string -%}
    {%- set text = '%r' | format(value) -%}
    {{- return(text if text | length <= longest else text[:longest] ~ '…') -}}
{%- endif -%}
{%- set text = value if value | length <= longest else value[:longest] ~ '…' -%}
{{- return(tojson(text) if modules.re.fullmatch('[ -~]*', text) else '%r' | format(text)) -}}
{% endmacro %}
