{% macro letters_of(text) %}
{#-
  An SQL expression: what is left of a folded name without white space, punctuation and decoration. 中国平安(集团) -> 中国平安集团

  Argument
    text  an SQL expression
-#}
{%- set characters = company_enrichment.name_characters() -%}
{%- set ends -%} ^[{{ characters.decoration }}]+|[{{ characters.decoration }}]+$ {%- endset -%}
{%- set dropped -%} [{{ characters.dropped }}{{ characters.white_space }}]+ {%- endset -%}
regexp_replace(regexp_replace({{ text }}, {{ company_enrichment.quoted(dropped) }}, '', 'g'), {{ company_enrichment.quoted(ends) }}, '', 'g')
{%- endmacro %}
