{% macro remarks_by_kind(remarks, delimiters) %}
{#-
  Folded remarks as {words, delimited}: words hold no separator, so that they can be compared with what stands between
  two delimiters; the others, which only a user's list holds, need a pattern. Blanks are out.

  Arguments
    remarks     folded texts
    delimiters  what name_delimiters() returned
-#}
{%- set words = [] -%}
{%- set delimited = [] -%}
{%- set any_delimiter -%} [{{ delimiters.delimiter }}] {%- endset -%}
{%- for text in remarks -%}
    {%- do (delimited if modules.re.search(any_delimiter, text) else words).append(text | replace(' ', '')) -%}
{%- endfor -%}
{{- return({'words': words | unique | list, 'delimited': delimited | unique | list}) -}}
{% endmacro %}
