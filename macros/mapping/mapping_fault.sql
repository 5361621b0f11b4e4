{% macro mapping_fault() %}
{#-
  DDL of mapping_fault(match_type, alias_name, company_id, alias_text): why a mapping row cannot be used, or NULL. It is given
  the match type as normalize_match_type() leaves it, the key of the alias, the company id and the alias as it was landed, and asked by mapping_changes and by loads that are to be
  refused whole. A mapping, unlike an answer, may say no_company().
-#}
create or replace function {{ target.schema }}.mapping_fault(
    match_type text, alias_name text, company_id text, alias_text text
)
returns text
language sql immutable parallel safe
return case
    when match_type is null or match_type not in ({{ company_enrichment.quoted_match_types() }}) then 'unknown match type, not one of ' || {{ company_enrichment.quoted(company_enrichment.match_types() | map(attribute='match_type') | join(', ')) }}
    when alias_name is null then 'the alias ' || {{ target.schema }}.mapping_alias_fault(match_type, alias_text)
    when length(alias_name) > {{ company_enrichment.longest_text() }} then 'the alias is too long'
    when company_id = '{{ company_enrichment.no_company() }}' then null
    else 'the company id ' || {{ target.schema }}.company_id_fault(company_id)
end
{% endmacro %}
