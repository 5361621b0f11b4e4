{% macro names_without_id(matches, record_keys) %}
{#-
  The unresolved names that have no temporary id yet, as a query of normalized_name, name (the spelling of the oldest
  record) and first_loaded_at.

  Arguments
    matches      what the resolution rule finds, see record_matches()
    record_keys  the keys of the records
-#}
select distinct on (matches.normalized_customer_name)
    matches.normalized_customer_name as normalized_name,
    record_keys.customer_name as name,
    record_keys.loaded_at as first_loaded_at
from {{ matches }} as matches
inner join {{ record_keys }} as record_keys on matches.record_id = record_keys.record_id
where matches.status = 'temporary' and matches.temp_id is null
order by matches.normalized_customer_name, record_keys.loaded_at, record_keys.record_id
{%- endmacro %}
