{% macro allowed_values(rule) %}
{#-
  What a rule of value_faults() allows, as a phrase that follows "must be".

  Argument
    rule  as in value_faults()
-#}
{%- set range = namespace(text='') -%}
{%- if rule.from is defined -%}
    {%- set range.text = ' from ' ~ rule.from ~ ' to ' ~ rule.to -%}
{%- endif -%}
{%- if rule.says is defined -%}
    {%- set allowed = rule.says -%}
{%- elif rule.is == 'integer' -%}
    {%- set allowed = 'a whole number' ~ range.text -%}
{%- elif rule.is == 'number' -%}
    {%- set allowed = 'a number' ~ range.text -%}
{%- elif rule.is == 'boolean' -%}
    {%- set allowed = 'true or false' -%}
{%- elif rule.is == 'interval' -%}
    {%- set allowed = 'an interval like 1 hour or 90 minutes, or a number from 0 where it is added to numbers' -%}
{%- elif rule.is == 'choice' -%}
    {%- set allowed = 'one of ' ~ rule.of | join(', ') -%}
{%- elif rule.is == 'list' -%}
    {%- set allowed = 'a list, in square brackets or with a dash before each entry' -%}
{%- elif rule.is in ('fields', 'dictionary') -%}
    {%- set allowed = 'a dictionary' ~ (' of ' ~ rule.fields | join(', ') if rule.is == 'fields' else '') -%}
{%- elif rule.is == 'expression' -%}
    {%- set allowed = 'one SQL expression, without a semicolon or comment and with its quotes and brackets closed' -%}
{%- else -%}
    {%- set allowed = 'a text of 1 to ' ~ rule.get('longest', 500) ~ ' characters, not blank' -%}
{%- endif -%}
{{- return(allowed ~ (', or null' if rule.or_null else '')) -}}
{% endmacro %}
