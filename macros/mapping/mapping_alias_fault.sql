{% macro mapping_alias_fault(schema=none) %}
{#-
  DDL of mapping_alias_fault(match_type, alias_text): why a text can be no alias, or NULL: company_name_fault() or code_fault().

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
create or replace function {{ schema }}.mapping_alias_fault(match_type text, alias_text text)
returns text
language sql immutable parallel safe
return case
    when match_type in ({{ company_enrichment.name_match_types() }}) then {{ schema }}.company_name_fault(alias_text)
    else {{ schema }}.code_fault(alias_text)
end
{% endmacro %}
