-- The result: every record with its company id, and why.
-- depends_on: {{ ref('unresolved_names') }}
select
    record_id,
    coalesce(company_id, case when status = 'temporary' then temp_id end) as company_id,
    status,
    match_type,
    matched_key,
    cast(confidence as numeric(5, 4)) as confidence,
    status = 'temporary' as is_temporary,
    mapping_load_id,
    answer_id,
    now() as resolved_at
from {{ ref('record_matches') }}
-- A name that came up after this run's temporary ids were assigned waits for the next run.
where status <> 'temporary' or temp_id is not null
