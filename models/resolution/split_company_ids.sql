-- Ids whose records have gone to more than one company: a fact that still carries such an id cannot be re-pointed by
-- the id alone.
with

moves as (

    select distinct
        changes.old_company_id as from_company_id,
        changes.record_id
    from {{ ref('company_resolution_changes') }} as changes
    where changes.old_company_id is not null

),

destinations as (

    select
        moves.from_company_id,
        resolution.company_id as to_company_id,
        count(*) as records
    from moves
    inner join {{ ref('company_resolution') }} as resolution on moves.record_id = resolution.record_id
    where resolution.company_id <> moves.from_company_id
    group by moves.from_company_id, resolution.company_id

),

split_ids as (

    select from_company_id
    from destinations
    group by from_company_id
    having count(*) > 1

)

select
    destinations.from_company_id,
    destinations.to_company_id,
    destinations.records
from destinations
inner join split_ids on destinations.from_company_id = split_ids.from_company_id
