{% macro price_per_lookup(provider) %}
{#-
  What the var lookup_prices says that a lookup of a provider costs, as SQL of type numeric; NULL for a provider that it
  does not name.

  Argument
    provider  the provider's name, as an SQL expression
-#}
{%- set prices = var('lookup_prices') -%}
{%- if prices is not mapping -%}
    {{ exceptions.raise_compiler_error(
        "lookup_prices must be prices by provider, e.g. {eqc: 0.5}, not " ~ (prices | tojson) ~ ".") }}
{%- endif -%}
{%- set cases = [] -%}
{%- for name, price in prices.items() -%}
    {%- if price is not number or price is boolean or price < 0 -%}
        {{ exceptions.raise_compiler_error(
            "In lookup_prices: the price of " ~ name ~ " must be a number, at least 0, not " ~ (price | tojson) ~ ".") }}
    {%- endif -%}
    {%- do cases.append("when " ~ company_enrichment.quoted(name) ~ " then " ~ price) -%}
{%- endfor -%}
{{- return("cast(" ~ ("case " ~ provider ~ " " ~ cases | join(' ') ~ " end" if cases else "null") ~ " as numeric)") -}}
{% endmacro %}
