{% macro allowed_values(rule) %}
{#-
  What a rule of value_faults() allows, as a phrase that follows "must be".

  Argument
    rule  as in value_faults()
-#}
{%- set bounds -%}{% if rule.from is defined %} from {{ rule.from }} to {{ rule.to }}{% endif %}{%- endset -%}
{%- if rule.says is defined -%}
    {{ rule.says }}
{%- elif rule.is == 'integer' -%}
    a whole number{{ bounds }}
{%- elif rule.is == 'number' -%}
    a number{{ bounds }}
{%- elif rule.is == 'boolean' -%}
    true or false
{%- elif rule.is == 'interval' -%}
    an interval like 1 hour or 90 minutes, or a number from 0 where it is added to numbers
{%- elif rule.is == 'choice' -%}
    one of {{ rule.of | join(', ') }}
{%- elif rule.is == 'list' -%}
    a list, in square brackets or with a dash before each entry
{%- elif rule.is in ('fields', 'dictionary') -%}
    a dictionary{% if rule.is == 'fields' %} of {{ rule.fields | join(', ') }}{% endif %}
{%- elif rule.is == 'expression' -%}
    one SQL expression, without a semicolon or comment and with its quotes and brackets closed
{%- else -%}
    a text of 1 to {{ rule.get('longest', company_enrichment.longest_text()) }} characters, not blank
{%- endif -%}
{{ ', or null' if rule.or_null }}
{%- endmacro %}
