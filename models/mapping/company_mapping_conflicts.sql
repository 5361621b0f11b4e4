-- What lost because its key stands for another company: a landed row, or what another source had said until a row
-- overruled it; and whether that source still says so.
select
    load_id,
    line_no,
    match_type,
    alias_name,
    alias_text,
    winning_company_id,
    losing_company_id,
    winning_source,
    losing_source,
    rule,
    reason,
    is_open,
    decided_at
from (
    {{ company_enrichment.mapping_conflicts(
        ref('mapping_changes'), ref('company_mapping'), ref('stg_landed_loads'),
        ref('stg_corrected_aliases'), ref('stg_company_id_corrections')) | indent(4) }}
) as conflicts
