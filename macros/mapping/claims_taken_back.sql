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
{%- set changed_claim = "change.claim in ('made', 'withdrawn') and change.alias_name is not null" -%}
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

-- The keys on which something may change. A row that repeated what was said already has changed nothing, unless what it
-- repeated was undone: so also the keys of other loads that were ever undone, where the load at hand had a word on them.
keys as materialized (

    select
        undo.load_id as undo_id,
        change.match_type,
        change.alias_name
    from {{ undo_loads }} as undo
    left join chains as its_chain on undo.load_id = its_chain.undo_id
    inner join chains as ever_undone on its_chain.root_id = ever_undone.root_id or undo.undoes is null
    inner join {{ mapping_changes }} as change on ever_undone.root_id = change.load_id and {{ changed_claim }}
    union
    select
        undo.load_id as undo_id,
        change.match_type,
        change.alias_name
    from {{ undo_loads }} as undo
    inner join chains as its_chain on undo.load_id = its_chain.undo_id
    inner join chains as ever_undone on its_chain.root_id <> ever_undone.root_id
    inner join {{ mapping_changes }} as change on ever_undone.root_id = change.load_id and {{ changed_claim }}
    left join {{ landed_loads }} as its_load on its_chain.root_id = its_load.load_id
    where
        its_load.mode = 'replace_source'
        or exists (
            select
            from {{ mapping_changes }} as listed
            where
                listed.load_id = its_chain.root_id
                and listed.match_type = change.match_type
                and listed.alias_name = change.alias_name
        )

),

-- Every landed row about these keys, also one that only lists its key.
said as materialized (

    {%- for claim in ["in ('made', 'withdrawn')", "= 'repeated'", "is null"] %}
    select
        keys.undo_id,
        change.load_id,
        change.line_no,
        change.match_type,
        change.alias_name,
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
        {%- if 'null' in claim %}
        -- It lost, to what may be undone now, because it only appends.
        loads.mode = 'append' and change.outcome in ('conflict', 'unchanged') and coalesce(change.rule, 'append') = 'append'
        {%- else %}
        true
        {%- endif %} as is_statement
    from keys
    inner join {{ mapping_changes }} as change
        on
            keys.match_type = change.match_type
            and keys.alias_name = change.alias_name
            -- Each kind has an index of its own.
            and change.claim {{ claim }}
            and change.line_no > 0
    left join {{ landed_loads }} as loads on change.load_id = loads.load_id
    left join undone on keys.undo_id = undone.undo_id and change.load_id = undone.root_id
    left join {{ company_id_corrections }} as replaced
        on
            change.company_id = replaced.from_company_id
            and {{ company_enrichment.replaces('replaced') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

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
            partition by said.undo_id, said.match_type, said.alias_name, said.source
            order by said.load_number, said.line_no
        ) as next_number
    from said
    where said.stands

),

statements as (

    select
        undo_id,
        match_type,
        alias_name,
        source,
        present_company_id,
        load_number,
        line_no,
        mode
    from in_order
    where is_statement and is_first_in_load
    union all
    -- No row lists the key between the two.
    select
        in_order.undo_id,
        in_order.match_type,
        in_order.alias_name,
        in_order.source,
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
    where in_order.next_number is null or next_complete.complete_number < in_order.next_number

),

outcomes as (

    select
        undo_id,
        match_type,
        alias_name,
        {{ target.schema }}.mapping_claims(
            source, present_company_id, load_number, mode
            order by load_number, line_no
        ) as claims
    from statements
    group by undo_id, match_type, alias_name

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
    select distinct on (said.undo_id, said.match_type, said.alias_name, said.source)
        said.*,
        cast(outcomes.claims -> said.source ->> 'number' as bigint) as claim_number
    from said
    left join outcomes
        on
            said.undo_id = outcomes.undo_id
            and said.match_type = outcomes.match_type
            and said.alias_name = outcomes.alias_name
    order by
        said.undo_id,
        said.match_type,
        said.alias_name,
        said.source,
        -- The row that made the claim.
        coalesce(
            said.stands and said.is_statement
            and said.load_number = cast(outcomes.claims -> said.source ->> 'number' as bigint),
            false
        ) desc,
        case
            when said.load_number = cast(outcomes.claims -> said.source ->> 'number' as bigint) then said.line_no
        end,
        said.load_number desc,
        said.line_no
) as latest
{%- endif -%}
{%- endmacro %}
