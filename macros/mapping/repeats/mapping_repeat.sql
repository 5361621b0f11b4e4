{% macro mapping_repeat(claim, mapping_changes) %}
{#-
  The join of the pruned rows that repeated a claim, as SQL: repeat, with load_id, line_no and load_number. A pruned row said
  what the claim's row says, of the same source; its own claim was repeated and its outcome unchanged. A claim's row that was
  rejected since takes its repeats with it.

  Arguments
    claim            alias of rows of mapping_changes
    mapping_changes  what each landed mapping row did; each pruned load has kept a row there
-#}
inner join lateral (
    select
        stored.load_id,
        stored.line_nos[{{ claim }}.line_no % {{ company_enrichment.lines_per_block() }} + 1] as line_no,
        kept.load_number
    from {{ target.schema }}.mapping_repeats as stored
    inner join lateral (
        select a_row.load_number
        from {{ mapping_changes }} as a_row
        where a_row.load_id = stored.load_id
        -- The order of an index: without one, a planner that takes the load for a large one reads the table.
        order by a_row.line_no
        limit 1
    ) as kept on true
    where
        stored.of_load_id = {{ claim }}.load_id
        and stored.block = {{ claim }}.line_no / {{ company_enrichment.lines_per_block() }}
) as repeat on {{ claim }}.claim = 'made' and {{ claim }}.line_no > 0 and repeat.line_no is not null
{%- endmacro %}
