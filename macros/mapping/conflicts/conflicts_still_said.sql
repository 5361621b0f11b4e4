{% macro conflicts_still_said(
    conflicts, last_said, undone, mapping_changes, company_mapping, corrected_aliases, company_id_corrections
) %}
{#-
  The conflicts whose losing source still gives the alias to another company than the one it stands for, as a query of
  load_id, line_no and is_open: true for those of the source's last load with the alias.

  Arguments
    conflicts  what conflicting_rows() gives
    last_said  what last_loads_with_alias() gives
    undone     the loads that were undone: root_id
    the others as those of mapping_conflicts()
-#}
select
    conflicts.load_id,
    conflicts.line_no,
    max(conflicts.load_number) over (
        partition by conflicts.match_type, conflicts.alias_name, conflicts.losing_source
    ) = conflicts.load_number as is_open
from {{ conflicts }} as conflicts
inner join {{ last_said }} as last_said
    on
        conflicts.match_type = last_said.match_type
        and conflicts.alias_name = last_said.alias_name
        and conflicts.losing_source = last_said.losing_source
-- One by one, by the key: there are few conflicts and many aliases.
inner join lateral (
    select alias.company_id
    from {{ company_mapping }} as alias
    where
        alias.match_type = conflicts.match_type
        and alias.alias_name = conflicts.alias_name
        and alias.retired_at is null
    order by alias.alias_name
    limit 1
) as in_force on true
left join {{ corrected_aliases }} as held
    on
        conflicts.match_type = held.match_type
        and conflicts.alias_name = held.alias_name
        and held.superseded_by is null
left join {{ company_id_corrections }} as decision on held.correction_id = decision.correction_id
where
    conflicts.losing_company_id <> in_force.company_id
    and (decision.decided_at is null or decision.decided_at < conflicts.decided_at)
    and (conflicts.outcome <> 'conflict' or conflicts.load_id not in (select undone.root_id from {{ undone }} as undone))
    and exists (
        select
        from (
            {{ company_enrichment.rows_of_key('conflicts', mapping_changes) | trim | indent(12) }}
        ) as said
        left join {{ company_id_corrections }} as replaced
            on said.company_id = replaced.from_company_id and {{ company_enrichment.replaces('replaced') }}
        where
            said.load_id = last_said.load_id
            and said.outcome <> 'rejected'
            and conflicts.losing_company_id in (said.company_id, replaced.current_company_id)
    )
{%- endmacro %}
