{% macro mapping_alias_name(schema=none) %}
{#-
  DDL of mapping_alias_name(match_type, alias_text): the key of an alias, by the rules of names or of codes; NULL where the
  text is neither.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
create or replace function {{ schema }}.mapping_alias_name(match_type text, alias_text text)
returns text
language sql immutable parallel safe
return case
    when match_type in ({{ company_enrichment.name_match_types() }}) then {{ schema }}.normalize_company_name(alias_text)
    else {{ schema }}.normalize_code(alias_text)
end
{% endmacro %}
