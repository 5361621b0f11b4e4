{% macro mapping_alias_name() %}
{#-
  DDL of mapping_alias_name(match_type, alias_text): the key of an alias, normalised for names and trimmed for codes; NULL
  where the text names nobody.
-#}
create or replace function {{ target.schema }}.mapping_alias_name(match_type text, alias_text text)
returns text
language sql immutable parallel safe
return case
    when match_type in ({{ company_enrichment.name_match_types() }}) then {{ target.schema }}.normalize_company_name(alias_text)
    else {{ target.schema }}.normalize_code(alias_text)
end
{% endmacro %}
