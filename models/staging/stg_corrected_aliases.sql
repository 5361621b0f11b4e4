select
    match_type,
    alias_name,
    correction_id,
    alias_text,
    company_id,
    superseded_by,
    key_version
from {{ source('operations', 'corrected_aliases') }}
