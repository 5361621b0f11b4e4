select
    correction_id,
    from_company_id,
    to_company_id,
    kind,
    covers,
    reason,
    current_company_id,
    undoes,
    undone_by,
    decided_by,
    decided_at
from {{ source('operations', 'company_id_corrections') }}
