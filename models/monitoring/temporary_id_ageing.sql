-- The temporary ids that records still carry, and for how long their names have been unknown. Records that their source
-- no longer has do not count.
select
    ledger.temp_id,
    ledger.first_name,
    ledger.first_seen,
    -- Days of UTC, whatever the time zone of who asks.
    cast(now() at time zone 'utc' as date) - cast(ledger.first_seen at time zone 'utc' as date) as age_in_days,
    count(*) as records
from {{ ref('stg_temp_company_ids') }} as ledger
inner join {{ ref('company_resolution') }} as resolution on ledger.temp_id = resolution.company_id
inner join {{ ref('stg_customer_records') }} as records on resolution.record_id = records.record_id
where resolution.is_temporary and records.deleted_at is null
group by ledger.temp_id, ledger.first_name, ledger.first_seen
