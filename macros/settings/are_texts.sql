{% macro are_texts(values, rule) %}
{#-
  Whether all values are texts that a rule allows.

  Arguments
    values  a list
    rule    as in value_faults(); what it says of or_integer does not count here
-#}
{%- set longest = rule.get('longest', company_enrichment.longest_text()) -%}
{%- for value in values -%}
    {%- if value is not string or not value | trim or value | length > longest
            or (rule.matches and not modules.re.fullmatch(rule.matches, value)) -%}
        {{- return(false) -}}
    {%- endif -%}
{%- endfor -%}
{{- return(true) -}}
{% endmacro %}
