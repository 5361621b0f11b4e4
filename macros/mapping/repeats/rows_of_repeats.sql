{% macro rows_of_repeats(load_id, mapping_changes) %}
{#-
  The pruned rows of a load, as a query: line_no, match_type and alias_name. Only rows of mapping_repeats and the claims that
  they repeat are read.

  Arguments
    load_id          the load, as an SQL expression
    mapping_changes  what each landed mapping row did
-#}
select
    said.line_no,
    claim.match_type,
    claim.alias_name
from {{ target.schema }}.mapping_repeats as stored
cross join lateral unnest(stored.line_nos) with ordinality as said (line_no, place)
inner join {{ mapping_changes }} as claim
    on
        stored.of_load_id = claim.load_id
        and stored.block * {{ company_enrichment.lines_per_block() }} + said.place - 1 = claim.line_no
where stored.load_id = {{ load_id }} and said.line_no is not null and claim.claim = 'made'
{%- endmacro %}
