{% macro remark_at(end) %}
{#-
  The pattern, as an SQL literal, that takes a folded name apart where a bracket or a separator sets a text off at one of its
  ends, by the rule by which judged_company_name() finds markers. Of its groups one is the text, the other what is left.

  Argument
    end  last: the text is the second group; first: it is the first one
-#}
{%- set delimiters = company_enrichment.name_delimiters() -%}
{%- set text -%} ([^{{ delimiters.delimiter }}]+) {%- endset -%}
{%- set pattern -%}
{%- if end == 'last' -%}
^(.+?)[{{ delimiters.separator }}(]+{{ text }}[{{ delimiters.delimiter }}]*$
{%- else -%}
^[{{ delimiters.delimiter }}]*{{ text }}[{{ delimiters.separator }})]+(.+)$
{%- endif -%}
{%- endset -%}
{{- return(company_enrichment.quoted(pattern)) -}}
{% endmacro %}
