-- What each landed mapping row did, decided once and never again. Loads are taken in the order in which
-- they were landed. A key belongs to the source that first claimed it: that source may change it with a
-- later load, another source's other company is a conflict and loses. A correction outranks them all: an alias that
-- it holds stays with its company, and a row that names a company id that it has replaced is a conflict, or, where no
-- other row has claimed the key and the two ids are one company's, an alias of the company that took its place.
with

landed as (

    select
        records.*,
        {{ target.schema }}.normalize_code(records.company_id) as clean_company_id,
        case
            when records.match_type in ({{ company_enrichment.name_match_types() }})
                then {{ target.schema }}.normalize_company_name(records.alias_text)
            else {{ target.schema }}.normalize_code(records.alias_text)
        end as alias_name,
        min(records.landed_at) over (partition by records.load_id) as load_landed_at
    from {{ ref('stg_mapping_records') }} as records
    {% if is_incremental() %}
    left join {{ this }} as decided on records.load_id = decided.load_id and records.line_no = decided.line_no
    where decided.load_id is null
    {% endif %}

),

validated as (

    select
        *,
        case
            when match_type is null or match_type not in ({{ company_enrichment.quoted_match_types() }})
                then 'unknown match type'
            when alias_name is null then 'the alias is empty, a placeholder or too long'
            when length(alias_name) > 500 then 'the alias is too long'
            when clean_company_id is null then 'the company id is empty'
            when upper(clean_company_id) in ('{{ company_enrichment.company_id_placeholders() | join("', '") }}')
                then 'the company id is a placeholder'
            when {{ company_enrichment.is_temporary_id('clean_company_id') }}
                then 'the company id has the form of a temporary id'
            when length(clean_company_id) > 100 then 'the company id is too long'
        end as reject_reason
    from landed

),

stored as (

    {% if is_incremental() %}
    {{ company_enrichment.aliases_in_force(
        this, source('operations', 'corrected_aliases'), source('operations', 'company_id_corrections')) | indent(4) }}
    {% else %}
    select
        cast(null as text) as match_type,
        cast(null as text) as alias_name,
        cast(null as text) as company_id,
        cast(null as text) as source
    where false
    {% endif %}

),

-- Usable rows, with what corrections say about their alias and about the company they name.
corrected as (

    select
        validated.*,
        coalesce(replaced.current_company_id, validated.clean_company_id) as present_company_id,
        replaced.kind as replaced_as,
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
        end as correction,
        held.company_id as held_company_id
    from validated
    left join {{ source('operations', 'corrected_aliases') }} as held
        on
            validated.match_type = held.match_type
            and validated.alias_name = held.alias_name
            and held.superseded_by is null
    left join {{ source('operations', 'company_id_corrections') }} as replaced
        on
            validated.clean_company_id = replaced.from_company_id
            and {{ company_enrichment.replaces('replaced') }}
    where validated.reject_reason is null

),

-- An alias that is held, and a company id found wrong, have no effect on anything.
decided_by_corrections as (

    select
        corrected.load_id,
        corrected.line_no,
        coalesce(corrected.held_company_id, stored.company_id) as previous_company_id,
        case
            when corrected.clean_company_id = corrected.held_company_id then 'unchanged'
            else 'conflict'
        end as outcome,
        case
            when corrected.clean_company_id = corrected.held_company_id then null
            else corrected.correction
        end as reason
    from corrected
    left join stored on corrected.match_type = stored.match_type and corrected.alias_name = stored.alias_name
    where corrected.held_company_id is not null or corrected.replaced_as = 'corrected'

),

-- The stored row of a key, then its landed rows in order.
candidates as (

    select
        match_type,
        alias_name,
        company_id,
        source,
        false as is_replaced,
        cast(null as text) as correction,
        cast(null as text) as load_id,
        cast(null as integer) as line_no,
        cast(null as timestamptz) as load_landed_at
    from stored
    union all
    select
        match_type,
        alias_name,
        present_company_id as company_id,
        source,
        replaced_as is not null as is_replaced,
        correction,
        load_id,
        line_no,
        load_landed_at
    from corrected
    where held_company_id is null and replaced_as is distinct from 'corrected'

),

ordered as (

    select
        *,
        row_number() over key_history as position_in_key,
        first_value(source) over key_history as owning_source,
        row_number() over (partition by match_type, alias_name, load_id order by line_no) as position_in_load
    from candidates
    window
        key_history as (
            partition by match_type, alias_name
            order by load_landed_at nulls first, load_id nulls first, line_no
        )

),

-- A row has effect when its source owns the key and it is the first of its load; one that names a replaced company
-- only when it is the first of all.
effective as (

    select
        *,
        source = owning_source and position_in_load = 1 and (not is_replaced or position_in_key = 1) as has_effect
    from ordered

),

judged as (

    select
        *,
        max(position_in_key) filter (where has_effect) over (
            partition by match_type, alias_name
            order by position_in_key
            rows between unbounded preceding and 1 preceding
        ) as previous_position
    from effective

),

decided as (

    select
        judged.load_id,
        judged.line_no,
        previous.company_id as previous_company_id,
        case
            when previous.company_id is null then 'inserted'
            when judged.is_replaced then 'conflict'
            when previous.company_id = judged.company_id then 'unchanged'
            when judged.has_effect then 'updated'
            else 'conflict'
        end as outcome,
        case
            when judged.is_replaced then judged.correction
            when previous.company_id is null or previous.company_id = judged.company_id or judged.has_effect then null
            when judged.source <> judged.owning_source then 'the key belongs to source ' || judged.owning_source
            else 'an earlier line of the load names another company'
        end as reason
    from judged
    left join judged as previous
        on
            judged.match_type = previous.match_type
            and judged.alias_name = previous.alias_name
            and judged.previous_position = previous.position_in_key
    where judged.load_id is not null
    union all
    select
        load_id,
        line_no,
        previous_company_id,
        outcome,
        reason
    from decided_by_corrections

),

final as (

    select
        validated.load_id,
        validated.line_no,
        validated.source,
        validated.match_type,
        validated.alias_text,
        validated.alias_name,
        case
            when validated.match_type in ({{ company_enrichment.name_match_types() }})
                then {{ target.schema }}.company_name_key_version()
        end as key_version,
        coalesce(validated.clean_company_id, validated.company_id) as company_id,
        case when validated.reject_reason is not null then 'rejected' else decided.outcome end as outcome,
        coalesce(validated.reject_reason, decided.reason) as reason,
        decided.previous_company_id,
        validated.load_landed_at,
        now() as decided_at,
        '{{ company_enrichment.run_id() }}' as run_id
    from validated
    left join decided on validated.load_id = decided.load_id and validated.line_no = decided.line_no

)

select * from final
