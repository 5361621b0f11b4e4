{% macro statements_without_undone(said, undone, mapping_changes, landed_loads) %}
{#-
  What is said of the keys of undos by the loads that stand, as a query, statement by statement: the rows, and the
  withdrawals of complete loads that do not list a key. Rows that say nothing are kept for their source alone.

  Arguments
    said             what rows_on_keys() gives
    undone           the loads that are undone as of each undo: undo_id, root_id
    mapping_changes  what was decided before
    landed_loads     all loads
-#}
with

complete_loads as materialized (

    select
        loads.load_id,
        loads.source,
        a_row.load_number
    from {{ landed_loads }} as loads
    inner join lateral (
        select
            change.load_number,
            change.reason
        from {{ mapping_changes }} as change
        where change.load_id = loads.load_id
        order by change.line_no desc
        limit 1
    ) as a_row on true
    where
        loads.mode = 'replace_source'
        and a_row.reason is distinct from '{{ company_enrichment.undone_before_applied() }}'
        and loads.source in (select said.source from {{ said }} as said)

),

-- The complete load that comes next after a load of the same source.
next_complete as materialized (

    select
        earlier.undo_id,
        earlier.source,
        earlier.load_number,
        min(complete_loads.load_number) as complete_number
    from (
        select distinct
            said.undo_id,
            said.source,
            said.load_number
        from {{ said }} as said
        where said.stands
    ) as earlier
    inner join complete_loads
        on earlier.source = complete_loads.source and earlier.load_number < complete_loads.load_number
    left join {{ undone }} as undone on earlier.undo_id = undone.undo_id and complete_loads.load_id = undone.root_id
    where undone.root_id is null
    group by earlier.undo_id, earlier.source, earlier.load_number

),

in_order as (

    select
        said.*,
        row_number() over (
            partition by said.undo_id, said.match_type, said.alias_name, said.load_id, said.is_statement
            order by said.line_no
        ) = 1 as is_first_in_load,
        lead(said.load_number) over (
            partition by said.undo_id, said.match_type, said.alias_name, said.source, said.stands
            order by said.load_number, said.line_no
        ) as next_number
    from said

)

select
    undo_id,
    match_type,
    alias_name,
    source,
    alias_text,
    key_version,
    company_id,
    present_company_id,
    load_number,
    line_no,
    case when stands and is_statement and is_first_in_load then mode else 'ignore' end as mode
from in_order
union all
-- No row lists the key between the two.
select
    in_order.undo_id,
    in_order.match_type,
    in_order.alias_name,
    in_order.source,
    in_order.alias_text,
    in_order.key_version,
    null as company_id,
    null as present_company_id,
    next_complete.complete_number as load_number,
    0 as line_no,
    'withdraw' as mode
from in_order
inner join next_complete
    on
        in_order.undo_id = next_complete.undo_id
        and in_order.source = next_complete.source
        and in_order.load_number = next_complete.load_number
where in_order.stands and (in_order.next_number is null or next_complete.complete_number < in_order.next_number)
{%- endmacro %}
