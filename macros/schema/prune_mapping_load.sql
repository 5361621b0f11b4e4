{% macro prune_mapping_load() %}
{#-
  DDL of prune_mapping_load(load_id): moves the rows of a load that can be pruned to mapping_repeats, and returns how many they
  were. Called by the operation prune_mapping_loads, under the lock of mapping_changes.
-#}
{%- set schema = target.schema -%}
{%- set size = company_enrichment.lines_per_block() -%}
create or replace function {{ schema }}.prune_mapping_load(pruned_load_id text)
returns bigint
language plpgsql
as $body$
declare
    pruned bigint;
begin
    with prunable as materialized (
        select lines.of_load_id, lines.of_line_no / {{ size }} as block, lines.of_line_no % {{ size }} as place, lines.line_no
        from (
            {{ company_enrichment.prunable_rows('pruned_load_id') | indent(12) }}
        ) as lines
    ),

    -- An array has no holes: a line that nothing repeats is NULL.
    stored as (
        insert into {{ schema }}.mapping_repeats (of_load_id, block, load_id, line_nos)
        select blocks.of_load_id, blocks.block, pruned_load_id, array_agg(said.line_no order by filled.place)
        from (
            select of_load_id, block, max(place) as last_place
            from prunable
            group by of_load_id, block
        ) as blocks
        cross join lateral generate_series(0, blocks.last_place) as filled (place)
        left join prunable as said
            on
                blocks.of_load_id = said.of_load_id
                and blocks.block = said.block
                and filled.place = said.place
        group by blocks.of_load_id, blocks.block
    ),

    undecided as (
        delete from {{ schema }}.mapping_changes as change
        using prunable
        where change.load_id = pruned_load_id and change.line_no = prunable.line_no
    ),

    unlanded as (
        delete from {{ schema }}.mapping_records as landed
        using prunable
        where landed.load_id = pruned_load_id and landed.line_no = prunable.line_no
    )

    select count(*) into pruned from prunable;
    return pruned;
end
$body$
;
revoke execute on function {{ schema }}.prune_mapping_load(text) from public
{% endmacro %}
