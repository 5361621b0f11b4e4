-- Exact statistics of each load: every landed row is counted once.
{% set since = company_enrichment.watermark() %}
select
    loads.load_id,
    coalesce(landed.source, counted.source) as source,
    coalesce(landed.mode, 'merge') as mode,
    landed.undoes,
    counted.rows_read + counted.rows_pruned as rows_read,
    counted.rows_inserted,
    counted.rows_updated,
    counted.rows_unchanged + counted.rows_pruned as rows_unchanged,
    counted.rows_rejected,
    counted.rows_conflicting,
    counted.rows_deleted,
    counted.rows_restored,
    counted.taken_over_from,
    coalesce(landed.landed_at, counted.landed_at) as landed_at,
    coalesce(counted.decided_at, now()) as decided_at
from (
    select changed.load_id
    from {{ ref('mapping_changes') }} as changed
    where {{ company_enrichment.is_changed('changed', since) }}
    union
    select changed.load_id
    from {{ ref('stg_landed_loads') }} as changed
    where {{ company_enrichment.is_changed('changed', since) }}
    {{- company_enrichment.limit_of_empty_run() | indent(4) }}
) as loads
left join {{ ref('stg_landed_loads') }} as landed on loads.load_id = landed.load_id
cross join lateral (
    select
        min(change.source) as source,
        {{ company_enrichment.counts_of_load('change') | indent(8) }},
        (
            {{ company_enrichment.count_of_repeats('loads.load_id') | indent(12) }}
        ) as rows_pruned,
        min(change.load_landed_at) as landed_at,
        min(change.decided_at) as decided_at
    from {{ ref('mapping_changes') }} as change
    where change.load_id = loads.load_id
) as counted
