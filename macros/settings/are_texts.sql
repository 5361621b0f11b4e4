{% macro are_texts(values, rule) %}
{#-
  Whether all values are texts that a rule allows.

  Arguments
    values  a list
    rule    as in value_faults(); what it says of or_integer does not count here
-#}
{%- for value in values -%}
    {%- if value is not string or not value | trim or value | length > rule.get('longest', 500)
            or (rule.matches and not modules.re.fullmatch(rule.matches, value)) -%}
        {{- return(false) -}}
    {%- endif -%}
{%- endfor -%}
{{- return(true) -}}
{% endmacro %}
