-- A temporary id whose name names nobody by the present name rules says so in the crosswalk.
select
    ledger.temp_id,
    ledger.first_name
from {{ ref('stg_temp_company_ids') }} as ledger
left join {{ ref('company_id_crosswalk') }} as crosswalk
    on ledger.temp_id = crosswalk.from_company_id and crosswalk.valid_to is null
where
    ledger.first_name is not null
    and ledger.normalized_name is null
    and ledger.redirected_to is null
    and crosswalk.kind is distinct from 'unresolvable'
