-- Aliases that a source still gives to another company than the one they stand for: the open conflicts, one row per
-- alias and source that has lost.
select distinct on (conflicts.match_type, conflicts.alias_name, conflicts.losing_source)
    conflicts.match_type,
    conflicts.alias_name,
    conflicts.alias_text,
    alias.company_id,
    alias.source,
    conflicts.losing_company_id,
    conflicts.losing_source,
    conflicts.rule,
    conflicts.reason,
    conflicts.load_id,
    conflicts.line_no,
    conflicts.decided_at
from {{ ref('company_mapping_conflicts') }} as conflicts
inner join {{ ref('company_mapping') }} as alias
    on conflicts.match_type = alias.match_type and conflicts.alias_name = alias.alias_name
where conflicts.is_open
order by
    conflicts.match_type asc, conflicts.alias_name asc, conflicts.losing_source asc, conflicts.decided_at desc,
    conflicts.load_id desc, conflicts.line_no desc
