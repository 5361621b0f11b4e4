-- A temporary id stands for one company at a time.
select from_company_id
from {{ ref('company_id_crosswalk') }}
where valid_to is null
group by from_company_id
having count(*) > 1
