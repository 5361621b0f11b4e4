{% macro ordinal_patterns() %}
{#-
  How company_name_differences() knows numbers in the core of a name, and what counts like one, as a dictionary of SQL literals.

    any_ordinal  a regular expression: a number; a single Latin letter in Chinese; 甲 and its followers before what is counted
    counting     the characters of which it may consist
-#}
{%- set cjk = '一-龥' -%}
{%- set any_ordinal -%}
[0-9]+
(?<=[{{ cjk }}])[a-z](?![a-z])
(?<![a-z])[a-z](?=[0-9]*[{{ cjk }}])
[甲乙丙丁戊己庚辛壬癸](?=[座栋幢楼号区组段级班厂矿])
{%- endset -%}
{{- return({
    'any_ordinal': company_enrichment.quoted(any_ordinal | replace('\n', '|')),
    'counting': company_enrichment.quoted('0123456789abcdefghijklmnopqrstuvwxyz甲乙丙丁戊己庚辛壬癸'),
}) -}}
{% endmacro %}
