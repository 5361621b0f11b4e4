{% macro prunable_rows(load_id) %}
{#-
  The rows of a load that only said once more what their source had said, in the same words, as a query: line_no, and the line
  that made the claim, of_load_id and of_line_no. Never the last row of the load, from which its number is read, and no row
  of a block that is stored already. One row at most for each line that made a claim.

  Argument
    load_id  the load, as an SQL expression
-#}
{%- set changes -%} {{ target.schema }}.mapping_changes {%- endset -%}
select
    max(repeat.line_no) as line_no,
    repeat.of_load_id,
    repeat.of_line_no
from (
    select distinct on (said.line_no)
        said.line_no,
        made.load_id as of_load_id,
        made.line_no as of_line_no
    from {{ changes }} as said
    inner join {{ changes }} as made
        on
            said.match_type = made.match_type
            and said.alias_name = made.alias_name
            and said.source = made.source
            and said.alias_text = made.alias_text
            and said.company_id = made.company_id
            and said.key_version is not distinct from made.key_version
            and made.claim in ('made', 'withdrawn')
    where
        said.load_id = {{ load_id }}
        and said.line_no > 0
        and said.claim = 'repeated'
        and said.outcome = 'unchanged'
        and said.line_no < (select max(last_row.line_no) from {{ changes }} as last_row where last_row.load_id = {{ load_id }})
        and made.claim = 'made'
        and made.line_no > 0
        and not exists (
            select from {{ target.schema }}.mapping_repeats as stored
            where
                stored.of_load_id = made.load_id
                and stored.block = made.line_no / {{ company_enrichment.lines_per_block() }}
                and stored.load_id = said.load_id
        )
    order by said.line_no, made.load_number, made.line_no
) as repeat
-- A load that was landed in parts may have said it twice.
group by repeat.of_load_id, repeat.of_line_no
{%- endmacro %}
