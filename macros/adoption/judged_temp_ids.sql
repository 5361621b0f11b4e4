{% macro judged_temp_ids(found, ledger) %}
{#-
  Published temporary ids and why one cannot be told to stand for its name, as a query: the columns of what was found, and
  why, which is NULL where one id stands for one name.

  Arguments
    found   rows of temp_id, normalized_name (may be NULL) and others
    ledger  the ledger of temporary ids
-#}
select
    found.*,
    case
        when found.normalized_name is null then null
        when
            min(found.normalized_name) over (partition by found.temp_id)
            <> max(found.normalized_name) over (partition by found.temp_id)
            or same_id.normalized_name <> found.normalized_name
            then 'one id on several names'
        when
            min(found.temp_id) over (partition by found.normalized_name)
            <> max(found.temp_id) over (partition by found.normalized_name)
            then 'several ids on one name'
        when same_name.temp_id <> found.temp_id then 'the name has another id here'
    end as why
from {{ found }} as found
left join {{ ledger }} as same_id on found.temp_id = same_id.temp_id
left join {{ ledger }} as same_name on found.normalized_name = same_name.normalized_name
{%- endmacro %}
