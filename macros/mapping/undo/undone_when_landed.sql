{% macro undone_when_landed(pending_loads, landed_loads) %}
{#-
  The loads that were undone before a run has decided them, as a query: load_id. Reads the undos of these loads only.

  Arguments
    pending_loads  relation with load_id: the loads that are to be decided
    landed_loads   all loads
-#}
with recursive chain as (
    select
        pending.load_id,
        pending.load_id as undo_id,
        0 as steps
    from (select distinct rows_of_load.load_id from {{ pending_loads }} as rows_of_load) as pending
    union all
    select
        chain.load_id,
        undo.load_id as undo_id,
        chain.steps + 1 as steps
    from chain
    inner join {{ landed_loads }} as undo on chain.undo_id = undo.undoes
)

select load_id
from chain
group by load_id
having max(steps) % 2 = 1
{%- endmacro %}
