-- The keys of each record, made once: a record is read again only when its content has changed.
{% set since = company_enrichment.records_since() %}
with

records as (

    select record.*
    from {{ ref('stg_customer_records') }} as record
    -- An installing project may have rows that do not say when they changed.
    where {{ company_enrichment.is_changed('record', since) }} or record.changed_in is null

),

changed_records as (

    select records.*
    from records
    {%- if is_incremental() %}
    left join {{ this }} as stored on records.record_id = stored.record_id
    where
        stored.record_id is null
        or (
            stored.source_system,
            stored.raw_plan_code,
            stored.raw_account_number,
            stored.customer_name,
            stored.account_name,
            stored.name_derived_from
        ) is distinct from (
            records.source_system,
            records.plan_code,
            records.account_number,
            records.customer_name,
            records.account_name,
            records.name_derived_from
        )
    {%- endif %}

),

keyed as (

    select
        record_id,
        source_system,
        plan_code as raw_plan_code,
        account_number as raw_account_number,
        customer_name,
        account_name,
        name_derived_from,
        {{ target.schema }}.normalize_code(plan_code) as plan_code,
        {{ target.schema }}.normalize_code(account_number) as account_number,
        {{ target.schema }}.normalize_company_name(customer_name) as normalized_customer_name,
        {{ target.schema }}.normalize_company_name(account_name) as normalized_account_name,
        {{ target.schema }}.company_name_key_version() as key_version,
        loaded_at,
        pg_current_xact_id() as changed_in
    from changed_records

)

select * from keyed
{{ company_enrichment.limit_of_empty_run() }}
