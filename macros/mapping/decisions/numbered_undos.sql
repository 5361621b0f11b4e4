{% macro numbered_undos(loads, mapping_changes, since) %}
{#-
  The loads that undo others and are not decided yet, as a query: load_id, undoes, landed_at and load_number. They are
  numbered before all other loads of a run, because what they undo was decided before.

  Arguments as those of mapping_decisions().
-#}
select
    undo.load_id,
    undo.undoes,
    undo.landed_at,
    coalesce(decided_before.last_number, 0) + row_number() over (order by undo.landed_at, undo.load_id) as load_number
from {{ loads }} as undo
cross join (
    select max(numbered.load_number) as last_number
    from {{ mapping_changes }} as numbered
) as decided_before
left join {{ mapping_changes }} as decided on undo.load_id = decided.load_id
where undo.mode = 'undo' and decided.load_id is null and {{ company_enrichment.is_changed('undo', since) }}
{%- endmacro %}
