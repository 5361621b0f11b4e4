{% macro judged_statements(decided) %}
{#-
  Statements with their outcome (see mapping_changes), as a query.

  Argument
    decided  what decided_statements() gives
-#}
select
    *,
    case
        when not is_landed and (held_company_id is not null or not is_last_of_load) then 'withdrawn'
        when not is_landed and winner_after is null then 'retired'
        when not is_landed and coalesce(company_before, '') <> winner_after ->> 'company_id' then 'restored'
        when not is_landed then 'withdrawn'
        when is_overruled and company_id = held_company_id then 'unchanged'
        when is_overruled then 'conflict'
        when company_before is null then 'inserted'
        when is_replaced then 'conflict'
        when company_before = present_company_id then 'unchanged'
        when claim = 'made' and source_after = source then 'updated'
        else 'conflict'
    end as outcome
from {{ decided }}
-- An alias that is withdrawn although its source did not claim it: nothing has happened.
where is_landed or claim is not null
{%- endmacro %}
