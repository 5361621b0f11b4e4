{% macro claims_taken_back(undo_loads, mapping_changes, landed_loads, company_id_corrections) %}
{#-
  What every source says of the keys that an undo concerns, as a query: what it would say had the load that is undone never
  come. No company where it says nothing. The statements of all other loads are made once more, in their order; a complete
  load states of every key that it does not list that its source has none, also of one that was retired already when it
  came and for which mapping_changes has no row of it.

  A row that was rejected, or that a correction overruled, stays as it was decided. Companies are compared as the
  corrections have them today.

  Arguments
    undo_loads              the loads that undo others: load_id, undoes, load_number; none when nothing was decided before.
                            One that undoes no load (undoes is NULL) concerns the keys of all loads that were ever undone
    mapping_changes         what was decided before
    landed_loads            all loads
    company_id_corrections  the corrections
-#}
{%- if undo_loads is none -%}
select
    cast(null as text) as load_id,
    cast(null as bigint) as line_no,
    cast(null as text) as match_type,
    cast(null as text) as alias_name,
    cast(null as text) as source,
    cast(null as text) as alias_text,
    cast(null as text) as key_version,
    cast(null as text) as company_id,
    cast(null as bigint) as claim_number
where false
{%- else -%}
with

chains as materialized (

    {{ company_enrichment.undo_chains(landed_loads, 'exists (select from ' ~ undo_loads ~ ')') | indent(4) }}

),

-- As of each undo: those that are decided after it have not happened yet.
undone as materialized (

    select
        undo.load_id as undo_id,
        chains.root_id
    from {{ undo_loads }} as undo
    cross join chains
    left join {{ undo_loads }} as pending on chains.undo_id = pending.load_id
    where pending.load_id is null or pending.load_number <= undo.load_number
    group by undo.load_id, chains.root_id
    having max(chains.steps) % 2 = 1

),

roots as materialized (

    select
        undo.load_id as undo_id,
        chains.root_id,
        loads.mode = 'replace_source' as is_complete
    from {{ undo_loads }} as undo
    inner join chains on undo.load_id = chains.undo_id
    left join {{ landed_loads }} as loads on chains.root_id = loads.load_id

),

-- What an undone load has said of keys, and whether it has made or ended a claim. Load by load: never all that was decided.
rows_of_undone as materialized (

    select
        ever_undone.root_id,
        its_row.match_type,
        its_row.alias_name,
        its_row.is_change
    from (select distinct chains.root_id from chains where exists (select from {{ undo_loads }})) as ever_undone
    cross join lateral (
        select
            change.match_type,
            change.alias_name,
            coalesce(change.claim in ('made', 'withdrawn'), false) as is_change
        from {{ mapping_changes }} as change
        where change.load_id = ever_undone.root_id and change.alias_name is not null
        offset 0
    ) as its_row

),

-- The keys on which something may change. A row that repeated what was said already has changed nothing, unless what it
-- repeated was undone: so also the keys of other loads that were ever undone, where the load at hand had a word on them.
-- Set operations, because no estimate says how many they are.
keys as materialized (

    select
        roots.undo_id,
        changed.match_type,
        changed.alias_name
    from roots
    inner join rows_of_undone as changed on roots.root_id = changed.root_id and changed.is_change
    union
    (
        select
            roots.undo_id,
            changed.match_type,
            changed.alias_name
        from roots
        inner join rows_of_undone as changed on roots.root_id <> changed.root_id and changed.is_change
        intersect
        select
            roots.undo_id,
            listed.match_type,
            listed.alias_name
        from roots
        inner join rows_of_undone as listed on roots.root_id = listed.root_id
    )
    union
    select
        roots.undo_id,
        changed.match_type,
        changed.alias_name
    from roots
    inner join rows_of_undone as changed on roots.root_id <> changed.root_id and changed.is_change
    where roots.is_complete
    union
    select
        undo.load_id as undo_id,
        changed.match_type,
        changed.alias_name
    from {{ undo_loads }} as undo
    inner join rows_of_undone as changed on undo.undoes is null and changed.is_change

),

-- Every landed row about these keys, also one that only lists its key.
said as materialized (

    select
        keys.undo_id,
        change.load_id,
        change.line_no,
        keys.match_type,
        keys.alias_name,
        change.source,
        change.alias_text,
        change.key_version,
        change.company_id,
        coalesce(replaced.current_company_id, change.company_id) as present_company_id,
        change.load_number,
        -- What a re-keying has decided between aliases that have met counts from then on.
        case
            when loads.load_id is null and starts_with(change.load_id, 'rekey:') then 'delete_insert'
            else coalesce(loads.mode, 'merge')
        end as mode,
        undone.root_id is null as stands,
        -- Without a claim it may have lost, because it only appends, to what is undone now.
        change.claim is not null
        or (
            loads.mode = 'append'
            and change.outcome in ('conflict', 'unchanged')
            and coalesce(change.rule, 'append') = 'append'
        ) as is_statement
    from keys
    cross join lateral (
        {%- for claim in ["in ('made', 'withdrawn')", "= 'repeated'", "is null and length(by_key.alias_name) <= 500"] %}
        select by_key.*
        from {{ mapping_changes }} as by_key
        where
            by_key.match_type = keys.match_type
            and by_key.alias_name = keys.alias_name
            -- Each kind has an index of its own.
            and by_key.claim {{ claim }}
            and by_key.line_no > 0
        {{ 'union all' if not loop.last }}
        {%- endfor %}
        offset 0
    ) as change
    left join {{ landed_loads }} as loads on change.load_id = loads.load_id
    left join undone on keys.undo_id = undone.undo_id and change.load_id = undone.root_id
    left join {{ company_id_corrections }} as replaced
        on
            change.company_id = replaced.from_company_id
            and {{ company_enrichment.replaces('replaced') }}

),

complete_loads as materialized (

    select
        loads.load_id,
        loads.source,
        a_row.load_number
    from {{ landed_loads }} as loads
    cross join lateral (
        select
            change.load_number,
            change.reason
        from {{ mapping_changes }} as change
        where change.load_id = loads.load_id
        order by change.line_no desc
        limit 1
    ) as a_row
    where
        loads.mode = 'replace_source'
        and a_row.reason is distinct from '{{ company_enrichment.undone_before_applied() }}'
        and loads.source in (select said.source from said)

),

-- The complete load that comes next after a load of the same source.
next_complete as materialized (

    select
        earlier.undo_id,
        earlier.source,
        earlier.load_number,
        min(complete_loads.load_number) as complete_number
    from (select distinct said.undo_id, said.source, said.load_number from said where said.stands) as earlier
    inner join complete_loads
        on earlier.source = complete_loads.source and earlier.load_number < complete_loads.load_number
    left join undone on earlier.undo_id = undone.undo_id and complete_loads.load_id = undone.root_id
    where undone.root_id is null
    group by earlier.undo_id, earlier.source, earlier.load_number

),

in_order as (

    select
        said.*,
        row_number() over (
            partition by said.undo_id, said.match_type, said.alias_name, said.load_id, said.is_statement
            order by said.line_no
        ) = 1 as is_first_in_load,
        lead(said.load_number) over (
            partition by said.undo_id, said.match_type, said.alias_name, said.source, said.stands
            order by said.load_number, said.line_no
        ) as next_number
    from said

),

-- Rows that say nothing are kept for their source alone.
statements as (

    select
        undo_id,
        match_type,
        alias_name,
        source,
        alias_text,
        key_version,
        company_id,
        present_company_id,
        load_number,
        line_no,
        case when stands and is_statement and is_first_in_load then mode else 'ignore' end as mode
    from in_order
    union all
    -- No row lists the key between the two.
    select
        in_order.undo_id,
        in_order.match_type,
        in_order.alias_name,
        in_order.source,
        in_order.alias_text,
        in_order.key_version,
        null as company_id,
        null as present_company_id,
        next_complete.complete_number as load_number,
        0 as line_no,
        'withdraw' as mode
    from in_order
    inner join next_complete
        on
            in_order.undo_id = next_complete.undo_id
            and in_order.source = next_complete.source
            and in_order.load_number = next_complete.load_number
    where in_order.stands and (in_order.next_number is null or next_complete.complete_number < in_order.next_number)

),

-- In one pass over the sorted rows: a join would be of many rows with many, and no estimate says so.
outcomes as (

    select
        statements.*,
        cast(
            {{ target.schema }}.mapping_claims(source, present_company_id, load_number, mode) over (
                partition by undo_id, match_type, alias_name
                order by load_number, line_no
                rows between unbounded preceding and unbounded following
            ) -> source ->> 'number' as bigint
        ) as claim_number
    from statements

)

select
    latest.undo_id as load_id,
    0 - row_number() over (
        partition by latest.undo_id
        order by latest.match_type, latest.alias_name, latest.source
    ) as line_no,
    latest.match_type,
    latest.alias_name,
    latest.source,
    latest.alias_text,
    latest.key_version,
    case when latest.claim_number is not null then latest.company_id end as company_id,
    latest.claim_number
from (
    select distinct on (undo_id, match_type, alias_name, source) outcomes.*
    from outcomes
    order by
        undo_id,
        match_type,
        alias_name,
        source,
        -- The row that made the claim.
        coalesce(mode not in ('ignore', 'withdraw') and load_number = claim_number, false) desc,
        load_number desc,
        line_no
) as latest
{%- endif -%}
{%- endmacro %}
