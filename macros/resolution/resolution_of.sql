{% macro resolution_of(record_matches) %}
{#-
  The result of each record, as a query: what the resolution rule has found, else the temporary id of its name. A name
  that has none yet waits for the run that issues it.

  Argument
    record_matches  what the rule has found for each record
-#}
select
    matches.record_id,
    coalesce(matches.company_id, case when matches.status = 'temporary' then matches.temp_id end) as company_id,
    matches.status,
    matches.match_type,
    matches.matched_key,
    cast(matches.confidence as numeric(5, 4)) as confidence,
    matches.status = 'temporary' as is_temporary,
    matches.mapping_load_id,
    matches.answer_id,
    matches.correction_id,
    matches.unresolvable_reason,
    matches.name_derived_from
from {{ record_matches }} as matches
where matches.status <> 'temporary' or matches.temp_id is not null
{%- endmacro %}
