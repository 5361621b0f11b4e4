-- What lost because its key stands for another company: a landed row, or what another source had said until a row
-- overruled it.
select
    load_id,
    line_no,
    match_type,
    alias_name,
    alias_text,
    case when outcome = 'conflict' then previous_company_id else company_id end as winning_company_id,
    case when outcome = 'conflict' then company_id else previous_company_id end as losing_company_id,
    case when outcome = 'conflict' then previous_source else source end as winning_source,
    case when outcome = 'conflict' then source else previous_source end as losing_source,
    rule,
    coalesce(reason, 'the row overrules source ' || previous_source) as reason,
    decided_at
from {{ ref('mapping_changes') }}
where outcome = 'conflict' or rule is not null
