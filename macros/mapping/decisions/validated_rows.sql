{% macro validated_rows(landed, undo_loads, undone_loads, mapping_changes) %}
{#-
  Landed rows with the number of their load, and with reject_reason where they cannot be used, as a query.

  Arguments
    landed           what landed_rows() gives
    undo_loads       what numbered_undos() gives
    undone_loads     relation with load_id: loads that were undone before they were decided
    mapping_changes  what was decided before
-#}
select
    landed.*,
    coalesce(numbered.last_number, 0) + landed.position_of_load as load_number,
    fault.reject_reason,
    -- The planner takes half of the rows to be usable; of "reject_reason is null", one in 200.
    fault.reject_reason is null as is_usable
from {{ landed }} as landed
cross join (
    select greatest(
        (select max(decided.load_number) from {{ mapping_changes }} as decided),
        (select max(undo.load_number) from {{ undo_loads }} as undo)
    ) as last_number
) as numbered
left join {{ undone_loads }} as undone on landed.load_id = undone.load_id
cross join lateral coalesce(
    case when undone.load_id is not null then '{{ company_enrichment.undone_before_applied() }}' end,
    landed.problem,
    {{ target.schema }}.mapping_fault(landed.match_type, landed.alias_name, landed.clean_company_id, landed.alias_text)
) as fault (reject_reason)
{%- endmacro %}
