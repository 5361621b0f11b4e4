-- Every landed row is counted once, and landed and decided rows are the same, pruned ones included.
with

landed as (

    select
        load_id,
        count(*) as landed_rows
    from {{ ref('stg_mapping_records') }}
    group by load_id

)

select
    loads.load_id,
    loads.rows_read
from {{ ref('mapping_loads') }} as loads
left join landed on loads.load_id = landed.load_id
where
    loads.rows_read <> loads.rows_inserted + loads.rows_updated + loads.rows_unchanged + loads.rows_rejected
    + loads.rows_conflicting
    or loads.rows_read <> coalesce(landed.landed_rows, 0) + (
        {{ company_enrichment.count_of_repeats('loads.load_id') | indent(8) }}
    )
