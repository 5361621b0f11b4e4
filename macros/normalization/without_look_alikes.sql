{% macro without_look_alikes(text) %}
{#-
  An SQL expression: radicals as the ideographs that they look like, and signs as those that they are typed for.
  ⻩ -> 黄, 二○○八 -> 二〇〇八, 阿里•巴巴 -> 阿里·巴巴, — -> -

  Argument
    text  an SQL expression, used several times: a column or variable
-#}
{%- set radicals = company_enrichment.ideographs_of_radicals() -%}
{%- set found = [radicals.radicals] -%}
{%- set put = [radicals.ideographs] -%}
{%- for character, typed in company_enrichment.name_characters().look_alikes.items() -%}
    {%- do found.append(typed) -%}
    {%- do put.append(character * (typed | length)) -%}
{%- endfor -%}
{%- set any_of_them -%} [⺀-⻿{{ found[1:] | join }}] {%- endset -%}
{#- translate() compares every character with all of these, a regular expression with few. -#}
case
    when {{ text }} ~ {{ company_enrichment.quoted(any_of_them) }}
        then translate({{ text }}, {{ company_enrichment.quoted(found | join) }}, {{ company_enrichment.quoted(put | join) }})
    else {{ text }}
end
{%- endmacro %}
