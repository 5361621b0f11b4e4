-- What each landed mapping row did, decided once and never again. Loads are taken in the order in which
-- they were landed. A key belongs to the source that first claimed it: that source may change it with a
-- later load, another source's other company is a conflict and loses.
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
            when upper(clean_company_id) in ('N', 'NA', 'N/A', 'NONE', 'NULL', 'NAN')
                then 'the company id is a placeholder'
            when {{ company_enrichment.is_temporary_id('clean_company_id') }}
                then 'the company id has the form of a temporary id'
            when length(clean_company_id) > 100 then 'the company id is too long'
        end as reject_reason
    from landed

),

stored as (

    {% if is_incremental() %}
    select distinct on (match_type, alias_name)
        match_type,
        alias_name,
        company_id,
        source
    from {{ this }}
    where outcome in ('inserted', 'updated')
    order by match_type, alias_name, {{ company_enrichment.last_change_first() }}
    {% else %}
    select
        cast(null as text) as match_type,
        cast(null as text) as alias_name,
        cast(null as text) as company_id,
        cast(null as text) as source
    where false
    {% endif %}

),

-- The stored row of a key, then its landed rows in order.
candidates as (

    select
        match_type,
        alias_name,
        company_id,
        source,
        cast(null as text) as load_id,
        cast(null as integer) as line_no,
        cast(null as timestamptz) as load_landed_at
    from stored
    union all
    select
        match_type,
        alias_name,
        clean_company_id as company_id,
        source,
        load_id,
        line_no,
        load_landed_at
    from validated
    where reject_reason is null

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

-- A row has effect when its source owns the key and it is the first of its load.
judged as (

    select
        *,
        source = owning_source and position_in_load = 1 as has_effect,
        max(position_in_key) filter (where source = owning_source and position_in_load = 1) over (
            partition by match_type, alias_name
            order by position_in_key
            rows between unbounded preceding and 1 preceding
        ) as previous_position
    from ordered

),

decided as (

    select
        judged.load_id,
        judged.line_no,
        previous.company_id as previous_company_id,
        case
            when previous.company_id is null then 'inserted'
            when previous.company_id = judged.company_id then 'unchanged'
            when judged.has_effect then 'updated'
            else 'conflict'
        end as outcome,
        case
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
