{% macro price_per_lookup(provider) %}
{#-
  What the var lookup_prices says that a lookup of a provider costs, as SQL of type numeric; NULL for a provider that it
  does not name.

  Argument
    provider  the provider's name, as an SQL expression
-#}
{%- set cases = [] -%}
{%- for name, price in company_enrichment.checked_var('lookup_prices').items() -%}
    {%- do cases.append("when " ~ company_enrichment.quoted(name) ~ " then " ~ price) -%}
{%- endfor -%}
{{- return("cast(" ~ ("case " ~ provider ~ " " ~ cases | join(' ') ~ " end" if cases else "null") ~ " as numeric)") -}}
{% endmacro %}
