{% macro company_name_differences() %}
{#-
  DDL of company_name_differences(one, other): the parts, of company_name_core(), in which two names contradict each
  other. Where there is any, no likeness of the rest makes them one company.

  Empty for names of one name key, whatever their parts, and where a text names nobody: nothing is known against it. A
  legal form that one of them leaves out contradicts none; a region, a branch or a bracket that only one of them has does:
  …有限公司 and …有限公司北京分公司 are two.
-#}
create or replace function {{ target.schema }}.company_name_differences(one text, other text)
returns text[]
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $body$
declare
    parts record;
    other_parts record;
begin
    if one is null or other is null or {{ target.schema }}.normalize_company_name(one) = {{ target.schema }}.normalize_company_name(other) then
        return '{}';
    end if;
    parts := {{ target.schema }}.company_name_core(one);
    other_parts := {{ target.schema }}.company_name_core(other);
    if parts.core is null or other_parts.core is null then
        return '{}';
    end if;
    return array_remove(array[
        case when parts.legal_form <> other_parts.legal_form then 'legal_form' end,
        case when parts.region is distinct from other_parts.region then 'region' end,
        case when parts.branch is distinct from other_parts.branch then 'branch' end,
        case when parts.bracket is distinct from other_parts.bracket then 'bracket' end
    ], null);
end
$body$
{% endmacro %}
