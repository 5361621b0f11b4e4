{% macro undo_chains(landed_loads, condition='true') %}
{#-
  Which load each undo leads back to, as a query: undo_id, root_id (a load that is no undo) and steps. An undo may itself be
  undone: one step undoes the load, two let it stand again.

  Arguments
    landed_loads  all loads
    condition     an SQL condition; no load is read where it is false
-#}
with recursive chains as (
    select
        undo.load_id as undo_id,
        undo.undoes as root_id,
        1 as steps
    from {{ landed_loads }} as undo
    left join {{ landed_loads }} as undone on undo.undoes = undone.load_id and undone.mode = 'undo'
    where undo.mode = 'undo' and undone.load_id is null and {{ condition }}
    union all
    select
        undo.load_id as undo_id,
        chains.root_id,
        chains.steps + 1 as steps
    from chains
    inner join {{ landed_loads }} as undo on chains.undo_id = undo.undoes
)

select
    undo_id,
    root_id,
    steps
from chains
{%- endmacro %}
