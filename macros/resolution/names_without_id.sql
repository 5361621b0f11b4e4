{% macro names_without_id(matches, record_keys, ledger) %}
{#-
  The unresolved names that have no temporary id yet, as a query of normalized_name, name (the spelling of the oldest
  record) and first_loaded_at.

  Arguments
    matches      what the resolution rule finds, see record_matches()
    record_keys  the keys of the records
    ledger       the temporary ids
-#}
select distinct on (matches.normalized_customer_name)
    matches.normalized_customer_name as normalized_name,
    record_keys.customer_name as name,
    record_keys.loaded_at as first_loaded_at
from {{ matches }} as matches
inner join {{ record_keys }} as record_keys on matches.record_id = record_keys.record_id
where
    matches.status = 'temporary'
    {#- Not matches.temp_id is null: the planner takes such rows for one, and reads a million mappings one by one. #}
    and not exists (
        select from {{ ledger }} as ledger where ledger.normalized_name = matches.normalized_customer_name
    )
order by matches.normalized_customer_name, record_keys.loaded_at, record_keys.record_id
{%- endmacro %}
