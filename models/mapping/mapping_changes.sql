-- What each landed mapping row did, decided once and never again. Loads are taken in the order in which
-- they were landed. A key belongs to the source that first claimed it: that source may change it with a
-- later load, another source's other company is a conflict and loses. A correction outranks them all: an alias that
-- it holds stays with its company, and a row that names a company id that it has replaced is a conflict, or, where no
-- other row has claimed the key and the two ids are one company's, an alias of the company that took its place.
{% set since = company_enrichment.watermark() %}
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
    where decided.load_id is null and {{ company_enrichment.is_changed('records', since) }}
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
        this, source('operations', 'corrected_aliases'), source('operations', 'company_id_corrections'),
        of_keys='validated') | indent(4) }}
    {% else %}
    select
        cast(null as text) as match_type,
        cast(null as text) as alias_name,
        cast(null as text) as company_id,
        cast(null as text) as source
    where false
    {% endif %}

),

-- What corrections say about the alias of a usable row and about the company it names.
corrected as (

    select
        validated.*,
        coalesce(replaced.current_company_id, validated.clean_company_id) as present_company_id,
        replaced.kind as replaced_as,
        held.company_id as held_company_id,
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
        -- An alias that is held, and a company id found wrong, have no effect on anything.
        validated.reject_reason is null
        and held.correction_id is null
        and coalesce(replaced.kind, '') <> 'corrected' as is_candidate
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

),

-- The stored row of a key, then its landed rows in order; rows that are no candidates stand apart.
rows_of_keys as (

    select
        match_type,
        alias_name,
        company_id as present_company_id,
        source,
        cast(null as text) as load_id,
        cast(null as integer) as line_no,
        cast(null as timestamptz) as load_landed_at,
        cast(null as text) as alias_text,
        cast(null as text) as named_company_id,
        cast(null as text) as reject_reason,
        cast(null as text) as replaced_as,
        cast(null as text) as held_company_id,
        cast(null as text) as correction,
        true as is_candidate
    from stored
    union all
    select
        match_type,
        alias_name,
        present_company_id,
        source,
        load_id,
        line_no,
        load_landed_at,
        alias_text,
        coalesce(clean_company_id, company_id) as named_company_id,
        reject_reason,
        replaced_as,
        held_company_id,
        correction,
        is_candidate
    from corrected

),

ordered as (

    select
        *,
        row_number() over key_history as position_in_key,
        first_value(source) over key_history as owning_source,
        row_number() over (
            partition by match_type, alias_name, is_candidate, load_id
            order by line_no
        ) as position_in_load
    from rows_of_keys
    window
        key_history as (
            partition by match_type, alias_name, is_candidate
            order by load_landed_at nulls first, load_id nulls first, line_no
        )

),

-- A row has effect when its source owns the key and it is the first of its load; one that names a replaced company
-- only when it is the first of all.
effective as (

    select
        *,
        is_candidate
        and source = owning_source
        and position_in_load = 1
        and (replaced_as is null or position_in_key = 1) as has_effect
    from ordered

),

-- The company that a key stands for before a row: that of the last row before it which has effect.
judged as (

    select
        *,
        (max(array[lpad(cast(position_in_key as text), 10, '0'), present_company_id]) filter (where has_effect) over (
            partition by match_type, alias_name
            order by load_landed_at nulls first, load_id nulls first, line_no
            rows between unbounded preceding and 1 preceding
        ))[2] as previous_company_id
    from effective

),

decided as (

    select
        *,
        case
            when reject_reason is not null then 'rejected'
            when not is_candidate and named_company_id = held_company_id then 'unchanged'
            when not is_candidate then 'conflict'
            when previous_company_id is null then 'inserted'
            when replaced_as is not null then 'conflict'
            when previous_company_id = present_company_id then 'unchanged'
            when has_effect then 'updated'
            else 'conflict'
        end as outcome
    from judged
    where load_id is not null

)

select
    load_id,
    line_no,
    source,
    match_type,
    alias_text,
    alias_name,
    case
        when match_type in ({{ company_enrichment.name_match_types() }})
            then {{ target.schema }}.company_name_key_version()
    end as key_version,
    named_company_id as company_id,
    outcome,
    case
        when outcome = 'rejected' then reject_reason
        when is_candidate and replaced_as is not null then correction
        when outcome <> 'conflict' then null
        when not is_candidate then correction
        when source <> owning_source then 'the key belongs to source ' || owning_source
        else 'an earlier line of the load names another company'
    end as reason,
    case
        when outcome = 'rejected' then null
        else coalesce(held_company_id, previous_company_id)
    end as previous_company_id,
    load_landed_at,
    now() as decided_at,
    '{{ company_enrichment.run_id() }}' as run_id,
    pg_current_xact_id() as changed_in
from decided
