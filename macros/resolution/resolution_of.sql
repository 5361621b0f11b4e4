{% macro resolution_of(record_matches) %}
{#-
  The result of each record, as a query: what the resolution rule has found, else the temporary id of its name. A name
  that has none yet waits for the run that issues it.

  Argument
    record_matches  what the rule has found for each record
-#}
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
    correction_id,
    unresolvable_reason,
    name_derived_from
from {{ record_matches }} as matches
where status <> 'temporary' or temp_id is not null
{%- endmacro %}
