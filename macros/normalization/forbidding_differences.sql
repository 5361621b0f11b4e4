{% macro forbidding_differences() %}
{#-
  DDL of forbidding_differences(differences, match_basis): which of the differences between the asked name and a company's,
  as company_name_differences() gives them, forbid to take the company for it.

  What tells two companies apart whatever a registry says of them always does: branch, bracket, number, region_level, and
  region, where both name one. A registered name that was changed, or a short one, may well differ in all the rest; so this
  forbids only an answer that rests on likeness. A match_basis that is NULL, or none of those that say more, is likeness.
-#}
create or replace function {{ target.schema }}.forbidding_differences(differences text[], match_basis text)
returns text[]
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return case
    when match_basis in ('exact', 'former_name', 'other_name')
        then array(
            select difference.kind
            from unnest(differences) with ordinality as difference (kind, place)
            where difference.kind in ('region', 'region_level', 'branch', 'bracket', 'number')
            order by difference.place
        )
    else differences
end
{% endmacro %}
