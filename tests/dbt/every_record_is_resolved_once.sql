-- Every staged record has exactly one row in the result.
select
    records.record_id,
    count(resolution.record_id) as resolutions
from {{ ref('stg_customer_records') }} as records
left join {{ ref('company_resolution') }} as resolution on records.record_id = resolution.record_id
group by records.record_id
having count(resolution.record_id) <> 1
{{ company_enrichment.limit_of_empty_run() }}
