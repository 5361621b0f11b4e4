{% macro mapping_decisions(records, loads, corrected_aliases, company_id_corrections, mapping_changes=none, since=none) %}
{#-
  What each landed mapping row does, and what becomes of the aliases that a load withdraws, as a query: the rule of
  mapping_changes. plan_mapping_load() is rendered from it, too, over what is landed and the load that is planned.

  Loads are taken in the order in which a run first sees them, and numbered. What a source says of a key is its claim;
  of several claims, that of the source with the highest priority is in force, or, among equals, the latest (the rule
  is mapping_claims(), a function of the database). A correction outranks them all: an alias that it holds stays with
  its company, and a row that names a company id that it has replaced is a conflict, or, where nobody else has claimed
  the key and the two ids are one company's, an alias of the company that took its place.

  Arguments
    records                 the landed rows; a query in parentheses will do, for this and for loads
    loads                   the loads that they came with, and those that take others back
    corrected_aliases       the aliases that corrections hold
    company_id_corrections  the corrections
    mapping_changes         what was decided before, which is not decided again; none when nothing was
    since                   what watermark() returned; none to look at every row
-#}
with

landed as materialized (

    select
        records.load_id,
        records.line_no,
        meant.match_type,
        records.alias_text,
        records.company_id,
        records.problem,
        coalesce(loads.source, records.source) as source,
        coalesce(loads.mode, 'merge') as mode,
        coalesce(loads.landed_at, records.landed_at) as load_landed_at,
        dense_rank() over (order by coalesce(loads.landed_at, records.landed_at), records.load_id) as position_of_load,
        {{ target.schema }}.clean_company_id(records.company_id) as clean_company_id,
        {{ target.schema }}.mapping_alias_name(meant.match_type, records.alias_text) as alias_name,
        case
            when meant.match_type in ({{ company_enrichment.name_match_types() }})
                then {{ target.schema }}.company_name_key_version()
        end as key_version
    from {{ records }} as records
    cross join lateral (
        select {{ target.schema }}.normalize_match_type(records.match_type) as match_type
    ) as meant
    left join {{ loads }} as loads on records.load_id = loads.load_id
    {%- if mapping_changes %}
    left join {{ mapping_changes }} as decided on records.load_id = decided.load_id and records.line_no = decided.line_no
    where decided.load_id is null and {{ company_enrichment.is_changed('records', since) }}
    {%- endif %}

),

decided_before as (

    {%- if mapping_changes %}
    select coalesce(max(load_number), 0) as last_number
    from {{ mapping_changes }}
    {%- else %}
    select cast(0 as bigint) as last_number
    {%- endif %}

),

-- They come before all other loads, because what they take back was decided before.
undo_loads as materialized (

    select
        loads.load_id,
        loads.undoes,
        loads.landed_at,
        decided_before.last_number + row_number() over (order by loads.landed_at, loads.load_id) as load_number
    from {{ loads }} as loads
    cross join decided_before
    {%- if mapping_changes %}
    left join {{ mapping_changes }} as decided on loads.load_id = decided.load_id
    where loads.mode = 'undo' and decided.load_id is null and {{ company_enrichment.is_changed('loads', since) }}
    {%- else %}
    where loads.mode = 'undo'
    {%- endif %}

),

-- They have no effect, and are not complete loads either.
undone_loads as materialized (

    {{ company_enrichment.undone_when_landed('landed', loads) | indent(4) }}

),

numbered_before as (

    select coalesce(max(undo_loads.load_number), max(decided_before.last_number)) as last_number
    from decided_before
    left join undo_loads on true

),

validated as materialized (

    select
        landed.*,
        numbered_before.last_number + landed.position_of_load as load_number,
        fault.reject_reason,
        -- The planner takes half of the rows to be usable; of "reject_reason is null", one in 200.
        fault.reject_reason is null as is_usable
    from landed
    cross join numbered_before
    left join undone_loads on landed.load_id = undone_loads.load_id
    cross join lateral coalesce(
        case when undone_loads.load_id is not null then '{{ company_enrichment.undone_before_applied() }}' end,
        landed.problem,
        {{ target.schema }}.mapping_fault(landed.match_type, landed.alias_name, landed.clean_company_id, landed.alias_text)
    ) as fault (reject_reason)

),

replacing_loads as materialized (

    select distinct
        load_id,
        source,
        load_number,
        load_landed_at
    from validated
    where mode = 'replace_source' and load_id not in (select undone_loads.load_id from undone_loads)

),

-- What sources say of a key without the load that is undone.
taken_back as materialized (

    {{ company_enrichment.claims_taken_back(
        'undo_loads' if mapping_changes else none, mapping_changes, loads, company_id_corrections) | indent(4) }}

),

-- Keys of which a complete load withdraws its source's claim.
absent as materialized (

    {{ company_enrichment.absent_keys(
        'replacing_loads', 'validated', 'taken_back', mapping_changes) | indent(4) }}

),

-- What is to be decided. Lines of what no row was landed for are negative.
statements as (

    select
        load_id,
        line_no,
        source,
        match_type,
        alias_text,
        alias_name,
        key_version,
        clean_company_id as company_id,
        mode,
        load_number,
        load_number as claim_number,
        load_landed_at,
        true as is_landed
    from validated
    where is_usable
    union all
    select
        absent.load_id,
        cast(absent.line_no as integer) as line_no,
        loads.source,
        absent.match_type,
        absent.alias_text,
        absent.alias_name,
        absent.key_version,
        null as company_id,
        'withdraw' as mode,
        loads.load_number,
        loads.load_number as claim_number,
        loads.load_landed_at,
        false as is_landed
    from absent
    inner join replacing_loads as loads on absent.load_id = loads.load_id
    union all
    select
        taken_back.load_id,
        cast(taken_back.line_no as integer) as line_no,
        taken_back.source,
        taken_back.match_type,
        taken_back.alias_text,
        taken_back.alias_name,
        taken_back.key_version,
        taken_back.company_id,
        case when taken_back.company_id is null then 'withdraw' else 'undo' end as mode,
        undo.load_number,
        coalesce(taken_back.claim_number, undo.load_number) as claim_number,
        undo.landed_at as load_landed_at,
        false as is_landed
    from taken_back
    inner join undo_loads as undo on taken_back.load_id = undo.load_id

),

-- The same, and what corrections say about the alias and about the company that is named.
pending as materialized (

    select
        statements.*,
        coalesce(replaced.current_company_id, statements.company_id) as present_company_id,
        held.company_id as held_company_id,
        statements.is_landed and coalesce(replaced.kind = 'merged', false) as is_replaced,
        -- An alias that is held, and a company id found wrong, have no effect on anything.
        statements.is_landed
        and (held.correction_id is not null or coalesce(replaced.kind = 'corrected', false)) as is_overruled,
        case
            when held.correction_id is not null
                then 'correction ' || held.correction_id || ' gave the alias to ' || held.company_id
            when replaced.kind = 'merged'
                then concat_ws(
                    ' ', replaced.from_company_id, 'was merged into', replaced.to_company_id,
                    'by correction', replaced.correction_id
                )
            when replaced.kind = 'corrected'
                then concat_ws(
                    ' ', replaced.from_company_id, 'was corrected to', replaced.to_company_id,
                    'by correction', replaced.correction_id
                )
        end as correction
    from statements
    left join {{ corrected_aliases }} as held
        on
            statements.match_type = held.match_type
            and statements.alias_name = held.alias_name
            and held.superseded_by is null
    left join {{ company_id_corrections }} as replaced
        on
            statements.company_id = replaced.from_company_id
            and {{ company_enrichment.replaces('replaced') }}

),

-- What sources say of the same keys so far.
standing as materialized (

    {%- if mapping_changes %}
    select
        claim.match_type,
        claim.alias_name,
        claim.source,
        claim.load_id,
        claim.load_number,
        claim.line_no,
        claim.claim_number,
        coalesce(replaced.current_company_id, claim.company_id) as present_company_id
    from (
        {{ company_enrichment.standing_claims(mapping_changes, of_keys='pending') | indent(8) }}
    ) as claim
    left join {{ company_id_corrections }} as replaced
        on
            claim.company_id = replaced.from_company_id
            and {{ company_enrichment.replaces('replaced') }}
    where claim.claim = 'made'
    {%- else %}
    select
        cast(null as text) as match_type,
        cast(null as text) as alias_name,
        cast(null as text) as source,
        cast(null as text) as load_id,
        cast(null as bigint) as load_number,
        cast(null as integer) as line_no,
        cast(null as bigint) as claim_number,
        cast(null as text) as present_company_id
    where false
    {%- endif %}

),

-- Few keys have more than one statement and one claim. They alone are sorted, and decided statement by statement.
contested_keys as materialized (

    select
        match_type,
        alias_name
    from (
        select
            match_type,
            alias_name,
            1 as statements,
            0 as claims,
            mode = 'undo' as is_undo
        from pending
        union all
        select
            match_type,
            alias_name,
            0 as statements,
            1 as claims,
            false as is_undo
        from standing
    ) as said
    group by match_type, alias_name
    having sum(statements) > 1 or sum(claims) > 1 or bool_or(is_undo)

),

contested_statements as (

    select
        pending.load_id,
        pending.line_no,
        pending.source,
        pending.match_type,
        pending.alias_name,
        pending.present_company_id,
        pending.load_number,
        pending.claim_number,
        pending.mode,
        pending.is_landed,
        pending.is_replaced,
        pending.is_overruled,
        false as is_stored
    from pending
    inner join contested_keys
        on pending.match_type = contested_keys.match_type and pending.alias_name = contested_keys.alias_name
    union all
    select
        standing.load_id,
        standing.line_no,
        standing.source,
        standing.match_type,
        standing.alias_name,
        standing.present_company_id,
        standing.load_number,
        standing.claim_number,
        'stored' as mode,
        false as is_landed,
        false as is_replaced,
        false as is_overruled,
        true as is_stored
    from standing
    inner join contested_keys
        on standing.match_type = contested_keys.match_type and standing.alias_name = contested_keys.alias_name

),

in_order as (

    select
        *,
        is_landed
        and not is_overruled
        and coalesce(
            load_id = lag(load_id) over (
                partition by match_type, alias_name, is_overruled
                order by load_number, line_no
            ),
            false
        ) as is_repeated_in_load
    from contested_statements

),

claimed as (

    select
        *,
        coalesce(
            {{ target.schema }}.mapping_claims(source, present_company_id, claim_number, statement_mode) over (
                partition by match_type, alias_name
                order by load_number, line_no
                rows between unbounded preceding and 1 preceding
            ),
            '{}'
        ) as claims_before
    from (
        select
            *,
            case
                when is_overruled or is_repeated_in_load then 'ignore'
                when is_replaced then 'replaced'
                else mode
            end as statement_mode
        from in_order
    ) as spoken

),

weighed as (

    select
        *,
        {{ target.schema }}.add_mapping_claim(
            claims_before, source, present_company_id, claim_number, statement_mode
        ) as claims_after
    from claimed
    where not is_stored

),

contested as (

    select
        load_id,
        line_no,
        is_repeated_in_load,
        claim,
        case when not claims_after ? source then claims_before -> source ->> 'company_id' end as withdrawn_company_id,
        -- An undo may change what several sources say of a key: what that did to the alias counts once.
        {{ target.schema }}.winning_mapping_claim(
            case when is_landed then claims_before else first_value(claims_before) over of_load end
        ) as winner_before,
        {{ target.schema }}.winning_mapping_claim(
            case when is_landed then claims_after else last_value(claims_after) over of_load end
        ) as winner_after,
        is_landed or lead(line_no) over of_load is null as is_last_of_load
    from (
        select
            *,
            case
                when statement_mode = 'ignore' then null
                when coalesce(claims_before -> source, '{}') <> coalesce(claims_after -> source, '{}')
                    then case when claims_after ? source then 'made' else 'withdrawn' end
                when
                    is_landed
                    and statement_mode <> 'replaced'
                    and claims_after -> source ->> 'company_id' = present_company_id
                    then 'repeated'
            end as claim
        from weighed
    ) as claiming
    window of_load as (
        partition by match_type, alias_name, load_id, claim is not null
        order by line_no
        rows between unbounded preceding and unbounded following
    )

),

claims_beside as (

    select
        pending.*,
        contested.load_id is not null as is_contested,
        coalesce(
            contested.is_repeated_in_load,
            -- A load that was landed in parts.
            pending.is_landed and not pending.is_overruled and pending.load_id = standing.load_id,
            false
        ) as is_repeated_in_load,
        contested.claim as contested_claim,
        contested.winner_after,
        coalesce(contested.is_last_of_load, true) as is_last_of_load,
        contested.withdrawn_company_id,
        coalesce(contested.winner_before ->> 'company_id', standing.present_company_id) as company_before,
        coalesce(contested.winner_before ->> 'source', standing.source) as source_before
    from pending
    left join contested on pending.load_id = contested.load_id and pending.line_no = contested.line_no
    left join standing
        on
            pending.match_type = standing.match_type
            and pending.alias_name = standing.alias_name
            and contested.load_id is null

),

-- The rule once more, written out for one statement and one claim at most, which nearly all keys have.
claims_made as (

    select
        *,
        case
            when is_contested then contested_claim
            when mode = 'withdraw' and source_before = source then 'withdrawn'
            when mode = 'withdraw' or is_overruled or is_repeated_in_load then null
            when source_before is null then 'made'
            when is_replaced then null
            when mode = 'delete_insert' then 'made'
            when source_before = source and company_before = present_company_id then 'repeated'
            when mode <> 'append' then 'made'
            when source_before <> source and company_before = present_company_id then 'made'
        end as claim
    from claims_beside

),

decided as (

    select
        *,
        case
            when is_contested then winner_after ->> 'source'
            when claim = 'withdrawn' then null
            when
                claim = 'made' and (
                    source_before is null
                    or source_before = source
                    or {{ target.schema }}.mapping_source_priority(source)
                    <= {{ target.schema }}.mapping_source_priority(source_before)
                )
                then source
            else source_before
        end as source_after
    from claims_made

),

judged as (

    select
        *,
        case
            when not is_landed and (held_company_id is not null or not is_last_of_load) then 'withdrawn'
            when not is_landed and winner_after is null then 'retired'
            when not is_landed and coalesce(company_before, '') <> winner_after ->> 'company_id' then 'restored'
            when not is_landed then 'withdrawn'
            when is_overruled and company_id = held_company_id then 'unchanged'
            when is_overruled then 'conflict'
            when company_before is null then 'inserted'
            when is_replaced then 'conflict'
            when company_before = present_company_id then 'unchanged'
            when claim = 'made' and source_after = source then 'updated'
            else 'conflict'
        end as outcome
    from decided
    -- An alias that is withdrawn although its source did not claim it: nothing has happened.
    where is_landed or claim is not null

)

select
    load_id,
    line_no,
    source,
    match_type,
    alias_text,
    alias_name,
    key_version,
    case when claim = 'withdrawn' then coalesce(withdrawn_company_id, company_before) else company_id end as company_id,
    outcome,
    case
        when outcome not in ('conflict', 'updated') then null
        when outcome = 'updated' and source_before = source then null
        when is_overruled or is_replaced then 'correction'
        when is_repeated_in_load then 'first line'
        when mode = 'append' then 'append'
        when
            {{ target.schema }}.mapping_source_priority(source)
            <> {{ target.schema }}.mapping_source_priority(source_before)
            then 'source priority'
        else 'recency'
    end as rule,
    case
        when is_replaced and not is_overruled then correction
        when outcome <> 'conflict' then null
        when is_overruled then correction
        when is_repeated_in_load then 'an earlier line of the load names another company'
        when mode = 'append' then 'the alias is stored, and the load only appends'
        when
            {{ target.schema }}.mapping_source_priority(source)
            <> {{ target.schema }}.mapping_source_priority(source_before)
            then 'source ' || source_before || ' comes before source ' || source
        else 'source ' || source_before || ' has said otherwise since'
    end as reason,
    coalesce(held_company_id, company_before) as previous_company_id,
    source_before as previous_source,
    claim,
    load_number,
    case when claim = 'made' then claim_number end as claim_number,
    load_landed_at
from judged
union all
select
    load_id,
    line_no,
    source,
    match_type,
    alias_text,
    alias_name,
    key_version,
    coalesce(clean_company_id, company_id) as company_id,
    'rejected' as outcome,
    null as rule,
    reject_reason as reason,
    null as previous_company_id,
    null as previous_source,
    null as claim,
    load_number,
    null as claim_number,
    load_landed_at
from validated
where not is_usable
{%- endmacro %}
