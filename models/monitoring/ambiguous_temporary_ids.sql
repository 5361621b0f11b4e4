-- Temporary ids that the predecessor had published and that do not say which name they stand for, or not alone. None of
-- them is issued again; what was published under them has to be told apart by its name.
with

judged as (

    {{ company_enrichment.judged_temp_ids(ref('stg_adopted_temp_ids'), ref('stg_temp_company_ids')) | indent(4) }}

)

select
    temp_id,
    normalized_name,
    name,
    relation,
    why
from judged
where why is not null
