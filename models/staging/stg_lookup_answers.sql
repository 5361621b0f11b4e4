select
    answer_id,
    provider,
    asked_name,
    normalized_name,
    key_version,
    outcome,
    company_id,
    company_name,
    confidence,
    match_basis,
    evidence,
    answered_at,
    changed_in,
    ended_at
from {{ source('operations', 'lookup_answers') }}
