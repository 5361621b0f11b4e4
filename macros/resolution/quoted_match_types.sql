{% macro quoted_match_types() %}
{#- The match types as a list of SQL literals. -#}
'{{ company_enrichment.match_types() | map(attribute='match_type') | join("', '") }}'
{%- endmacro %}
