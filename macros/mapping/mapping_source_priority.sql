{% macro mapping_source_priority() %}
{#-
  DDL of mapping_source_priority(source): 1 for the first source of the var mapping_source_priority; the sources that it does
  not name share the last place.
-#}
{%- set sources = company_enrichment.checked_var('mapping_source_priority') -%}
create or replace function {{ target.schema }}.mapping_source_priority(source text)
returns integer
language sql immutable parallel safe
return coalesce(
    array_position(array[{% for source in sources %}{{ company_enrichment.quoted(source) }}{{ ', ' if not loop.last }}{% endfor %}]::text[], source),
    {{ sources | length + 1 }}
)
{% endmacro %}
