{% macro mapping_conflicts(mapping_changes, company_mapping, landed_loads, corrected_aliases, company_id_corrections) %}
{#-
  Every row that met another company, with the two candidates and whether the conflict is open, as a query. It is open while
  the source that lost still gives the alias to another company than the one it stands for: while that is what its last
  load with the alias says, and no complete load of it has come since. Undone loads say nothing. Of several rows of one alias
  in which a source has lost, those of its last load count. A decision recorded with correct_company_id settles what was
  said of its aliases before.

  Reads the rows that met another company, and what was said of their keys, by indexes.

  Arguments
    mapping_changes         what each landed mapping row did
    company_mapping         the curated aliases
    landed_loads            all loads
    corrected_aliases       the aliases that corrections hold
    company_id_corrections  the corrections
-#}
with

conflicts as materialized (

    select
        change.load_id,
        change.line_no,
        change.match_type,
        change.alias_name,
        change.alias_text,
        change.load_number,
        change.outcome,
        case when change.outcome = 'conflict' then change.previous_company_id else change.company_id end as winning_company_id,
        case when change.outcome = 'conflict' then change.company_id else change.previous_company_id end as losing_company_id,
        case when change.outcome = 'conflict' then change.previous_source else change.source end as winning_source,
        case when change.outcome = 'conflict' then change.source else change.previous_source end as losing_source,
        change.rule,
        coalesce(change.reason, 'the row overrules source ' || change.previous_source) as reason,
        change.decided_at
    from {{ mapping_changes }} as change
    where {{ company_enrichment.is_mapping_conflict('change') }}

),

undone as materialized (

    select chains.root_id
    from (
        {{ company_enrichment.undo_chains(landed_loads, 'exists (select from conflicts)') | indent(8) }}
    ) as chains
    group by chains.root_id
    having max(chains.steps) % 2 = 1

),

losers as materialized (

    select distinct
        match_type,
        alias_name,
        losing_source
    from conflicts

),

last_complete as materialized (

    select
        loads.source,
        max(a_row.load_number) as load_number
    from {{ landed_loads }} as loads
    cross join lateral (
        select change.load_number
        from {{ mapping_changes }} as change
        where change.load_id = loads.load_id
        order by change.line_no desc
        limit 1
    ) as a_row
    where
        loads.mode = 'replace_source'
        and loads.source in (select losers.losing_source from losers)
        and loads.load_id not in (select undone.root_id from undone)
    group by loads.source

),

-- The last load in which the source has named the alias.
last_said as materialized (

    select
        losers.match_type,
        losers.alias_name,
        losers.losing_source,
        said.load_id,
        said.load_number
    from losers
    cross join lateral (
        {%- for claim in ["in ('made', 'withdrawn')", "= 'repeated'", "is null and length(change.alias_name) <= 500"] %}
        select
            change.load_id,
            change.load_number
        from {{ mapping_changes }} as change
        where
            change.match_type = losers.match_type
            and change.alias_name = losers.alias_name
            and change.source = losers.losing_source
            -- Each kind has an index of its own.
            and change.claim {{ claim }}
            and change.line_no > 0
            and change.outcome <> 'rejected'
            and change.load_id not in (select undone.root_id from undone)
        {{ 'union all' if not loop.last }}
        {%- endfor %}
        order by load_number desc
        limit 1
    ) as said
    left join last_complete on losers.losing_source = last_complete.source
    where last_complete.load_number is null or last_complete.load_number <= said.load_number

),

still_said as (

    select
        conflicts.load_id,
        conflicts.line_no,
        max(conflicts.load_number) over (
            partition by conflicts.match_type, conflicts.alias_name, conflicts.losing_source
        ) = conflicts.load_number as is_open
    from conflicts
    inner join last_said
        on
            conflicts.match_type = last_said.match_type
            and conflicts.alias_name = last_said.alias_name
            and conflicts.losing_source = last_said.losing_source
    -- One by one, by the key: there are few conflicts and many aliases.
    cross join lateral (
        select alias.company_id
        from {{ company_mapping }} as alias
        where
            alias.match_type = conflicts.match_type
            and alias.alias_name = conflicts.alias_name
            and alias.retired_at is null
        limit 1
    ) as in_force
    left join {{ corrected_aliases }} as held
        on
            conflicts.match_type = held.match_type
            and conflicts.alias_name = held.alias_name
            and held.superseded_by is null
    left join {{ company_id_corrections }} as decision on held.correction_id = decision.correction_id
    where
        conflicts.losing_company_id <> in_force.company_id
        and (decision.decided_at is null or decision.decided_at < conflicts.decided_at)
        and (conflicts.outcome <> 'conflict' or conflicts.load_id not in (select undone.root_id from undone))
        and exists (
            select
            from {{ mapping_changes }} as said
            left join {{ company_id_corrections }} as replaced
                on said.company_id = replaced.from_company_id and {{ company_enrichment.replaces('replaced') }}
            where
                said.load_id = last_said.load_id
                and said.match_type = conflicts.match_type
                and said.alias_name = conflicts.alias_name
                and said.line_no > 0
                and said.outcome <> 'rejected'
                and conflicts.losing_company_id in (said.company_id, replaced.current_company_id)
        )

)

select
    conflicts.load_id,
    conflicts.line_no,
    conflicts.match_type,
    conflicts.alias_name,
    conflicts.alias_text,
    conflicts.winning_company_id,
    conflicts.losing_company_id,
    conflicts.winning_source,
    conflicts.losing_source,
    conflicts.rule,
    conflicts.reason,
    coalesce(still_said.is_open, false) as is_open,
    conflicts.decided_at
from conflicts
left join still_said on conflicts.load_id = still_said.load_id and conflicts.line_no = still_said.line_no
{%- endmacro %}
