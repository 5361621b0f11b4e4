-- How many temporary ids records still carry, by how long their names have been unknown; also the ages of which there
-- are none.
with

ages as (

    select
        age,
        from_days,
        below_days
    from (
        values
        ('under 7 days', 0, 7),
        ('7 to 29 days', 7, 30),
        ('30 to 89 days', 30, 90),
        ('90 days or more', 90, null)
    ) as listed (age, from_days, below_days)

)

select
    ages.age,
    ages.from_days,
    count(ledger.temp_id) as temporary_ids,
    coalesce(sum(ledger.records), 0) as records,
    min(ledger.first_seen) as oldest_first_seen
from ages
left join {{ ref('temporary_id_ageing') }} as ledger
    on
        ages.from_days <= ledger.age_in_days
        and (ages.below_days > ledger.age_in_days or ages.below_days is null)
group by ages.age, ages.from_days
