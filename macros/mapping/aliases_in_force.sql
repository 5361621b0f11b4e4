{% macro aliases_in_force(mapping_changes, corrected_aliases, company_id_corrections, of_keys=none) %}
{#-
  The curated aliases, as a query: for each key the last change that had an effect, and the company it stands for, which is
  the one the source names (named_company_id) unless a correction holds the alias or replaces that company.

  Arguments
    mapping_changes         what each landed mapping row did
    corrected_aliases       the aliases that corrections hold
    company_id_corrections  the corrections
    of_keys                 relation with match_type and alias_name: no other keys are read
-#}
select
    named.alias_name,
    named.match_type,
    named.alias_text,
    named.key_version,
    named.company_id as named_company_id,
    coalesce(held.company_id, replaced.current_company_id, named.company_id) as company_id,
    coalesce(held.correction_id, replaced.correction_id) as correction_id,
    named.source,
    named.load_id,
    named.line_no,
    named.decided_at
from (
    select distinct on (change.match_type, change.alias_name) change.*
    from {{ mapping_changes }} as change
    where change.outcome in ('inserted', 'updated') and change.alias_name is not null
    {%- if of_keys %}
        and (change.match_type, change.alias_name) in (select of_keys.match_type, of_keys.alias_name from {{ of_keys }} as of_keys)
    {%- endif %}
    order by change.match_type, change.alias_name, {{ company_enrichment.last_change_first('change') }}
) as named
left join {{ corrected_aliases }} as held
    on
        held.match_type = named.match_type
        and held.alias_name = named.alias_name
        and held.superseded_by is null
left join {{ company_id_corrections }} as replaced
    on
        replaced.from_company_id = named.company_id
        and {{ company_enrichment.replaces('replaced') }}
{%- endmacro %}
