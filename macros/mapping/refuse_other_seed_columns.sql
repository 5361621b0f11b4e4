{% macro refuse_other_seed_columns(seed) %}
{#-
  Stops with an error when a seed of mappings has not the columns that are landed. It names the header that is there, and what
  to do; nothing of the seed is landed.

  Argument
    seed  its relation, as dbt has loaded it
-#}
{%- set wanted = ['match_type', 'alias', 'company_id'] -%}
{%- set found = adapter.get_columns_in_relation(seed) | map(attribute='name') | list -%}
{%- set missing = wanted | reject('in', found) | list -%}
{%- if missing -%}
    {%- call company_enrichment.refuse() -%}
        The seed {{ seed.identifier }} has no column {{ missing | join(' and no column ') }}, and nothing of it was landed. The
        first line of seeds/mappings/{{ seed.identifier }}.csv gives the columns {{ found | map('tojson') | join(', ') }}; it has
        to be match_type,alias,company_id, in lower case and with commas. A file with other columns or separators is loaded by:
        company-enrichment load-mappings FILE
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
