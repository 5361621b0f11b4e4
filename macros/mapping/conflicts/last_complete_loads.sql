{% macro last_complete_loads(losers, undone, mapping_changes, landed_loads) %}
{#-
  The number of the last complete load of each source that has lost, as a query: source, load_number. Undone loads are none.

  Arguments
    losers           relation with losing_source
    undone           the loads that were undone: root_id
    mapping_changes  what each landed mapping row did
    landed_loads     all loads
-#}
select
    loads.source,
    max(a_row.load_number) as load_number
from {{ landed_loads }} as loads
inner join lateral (
    select change.load_number
    from {{ mapping_changes }} as change
    where change.load_id = loads.load_id
    order by change.line_no desc
    limit 1
) as a_row on true
where
    loads.mode = 'replace_source'
    and loads.source in (select losers.losing_source from {{ losers }} as losers)
    and loads.load_id not in (select undone.root_id from {{ undone }} as undone)
group by loads.source
{%- endmacro %}
