{% macro keys_of_undos(undo_loads, chains, roots, mapping_changes) %}
{#-
  The keys on which an undo may change something, as a query: undo_id, match_type, alias_name. A row that repeated what was
  said already has changed nothing, unless what it repeated was undone: so also the keys of other loads that were ever
  undone, where the load at hand had a word on them.

  Arguments
    undo_loads       the loads that undo others: load_id, undoes
    chains           what undo_chains() gives
    roots            which load each undo leads back to: undo_id, root_id, is_complete
    mapping_changes  what was decided before
-#}
with

-- What an undone load has said of keys, and whether it has made or ended a claim. Load by load: never all that was decided.
rows_of_undone as materialized (

    select
        ever_undone.root_id,
        its_row.match_type,
        its_row.alias_name,
        its_row.is_change
    from (
        select distinct chains.root_id
        from {{ chains }} as chains
        where exists (select from {{ undo_loads }})
    ) as ever_undone
    cross join lateral (
        select
            change.match_type,
            change.alias_name,
            coalesce(change.claim in ('made', 'withdrawn'), false) as is_change
        from {{ mapping_changes }} as change
        where change.load_id = ever_undone.root_id and change.alias_name is not null
        union all
        select
            pruned.match_type,
            pruned.alias_name,
            false as is_change
        from (
            {{ company_enrichment.rows_of_repeats('ever_undone.root_id', mapping_changes) | indent(12) }}
        ) as pruned
        -- For the planner, which merges it with the outer query otherwise.
        limit all offset 0 -- noqa: AM09
    ) as its_row

)

-- Set operations, because no estimate says how many they are.
select
    roots.undo_id,
    changed.match_type,
    changed.alias_name
from {{ roots }} as roots
inner join rows_of_undone as changed on roots.root_id = changed.root_id and changed.is_change
union
(
    select
        roots.undo_id,
        changed.match_type,
        changed.alias_name
    from {{ roots }} as roots
    inner join rows_of_undone as changed on roots.root_id <> changed.root_id and changed.is_change
    intersect
    select
        roots.undo_id,
        listed.match_type,
        listed.alias_name
    from {{ roots }} as roots
    inner join rows_of_undone as listed on roots.root_id = listed.root_id
)
union
select
    roots.undo_id,
    changed.match_type,
    changed.alias_name
from {{ roots }} as roots
inner join rows_of_undone as changed on roots.root_id <> changed.root_id and changed.is_change
where roots.is_complete
union
select
    undo.load_id as undo_id,
    changed.match_type,
    changed.alias_name
from {{ undo_loads }} as undo
inner join rows_of_undone as changed on undo.undoes is null and changed.is_change
{%- endmacro %}
