-- Which temporary id became which company, and when: a row is opened once the name of a temporary id is
-- known (by a mapping of the name or by a registry), and closed when the name is known as another company
-- or no longer known.
with

known_names as (

    select
        alias_name as normalized_name,
        company_id,
        'mapping' as decided_by
    from {{ ref('company_mapping') }}
    where match_type = 'name' and company_id <> '__EMPTY__'
    union all
    select
        cache.normalized_name,
        cache.company_id,
        'lookup' as decided_by
    from {{ ref('company_lookup_cache') }} as cache
    left join {{ ref('company_mapping') }} as mapping
        on cache.normalized_name = mapping.alias_name and mapping.match_type = 'name'
    where cache.outcome = 'found' and mapping.alias_name is null

),

targets as (

    select
        ledger.temp_id as from_company_id,
        known_names.company_id as to_company_id,
        known_names.decided_by
    from {{ ref('stg_temp_company_ids') }} as ledger
    inner join known_names on ledger.normalized_name = known_names.normalized_name

),

open_rows as (

    {% if is_incremental() %}
    select * from {{ this }}
    where valid_to is null
    {% else %}
    select
        cast(null as text) as from_company_id,
        cast(null as timestamptz) as valid_from,
        cast(null as text) as to_company_id,
        cast(null as text) as kind,
        cast(null as text) as decided_by,
        cast(null as timestamptz) as valid_to,
        cast(null as text) as run_id
    where false
    {% endif %}

),

closed as (

    select
        open_rows.from_company_id,
        open_rows.valid_from,
        open_rows.to_company_id,
        open_rows.kind,
        open_rows.decided_by,
        now() as valid_to,
        open_rows.run_id
    from open_rows
    left join targets on open_rows.from_company_id = targets.from_company_id
    where targets.to_company_id is distinct from open_rows.to_company_id

),

opened as (

    select
        targets.from_company_id,
        now() as valid_from,
        targets.to_company_id,
        'resolved' as kind,
        targets.decided_by,
        cast(null as timestamptz) as valid_to,
        '{{ company_enrichment.run_id() }}' as run_id
    from targets
    left join open_rows on targets.from_company_id = open_rows.from_company_id
    where targets.to_company_id is distinct from open_rows.to_company_id

)

select * from closed
union all
select * from opened
