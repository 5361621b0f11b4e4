{% macro price_per_lookup(provider) %}
{#-
  What the var lookup_prices says that a lookup of a provider costs, as SQL of type numeric; NULL for a provider that it
  does not name.

  Argument
    provider  the provider's name, as an SQL expression
-#}
{%- set prices = company_enrichment.checked_var('lookup_prices') -%}
cast(
{%- if prices -%}
    case {{ provider }}{% for name, price in prices.items() %} when {{ company_enrichment.quoted(name) }} then {{ price }}{% endfor %} end
{%- else -%}
    null
{%- endif %} as numeric)
{%- endmacro %}
