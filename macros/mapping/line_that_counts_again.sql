{% macro line_that_counts_again(mapping_changes, claim) %}
{#-
  The landed line that made a claim, as a query of load_id and line_no, for a claim that an undo brought back: its row in
  mapping_changes has the load id of the undo, and no line. The claim's number says which load counts again; of that load, the
  first line that said something of the key. No row for a claim that has a line of its own.

  Arguments
    mapping_changes  what each landed mapping row did
    claim            alias of the claim in the query around, a row of mapping_changes
-#}
{%- set is_brought_back -%} {{ claim }}.line_no < 0 and {{ claim }}.claim = 'made' {%- endset -%}
select
    said.load_id,
    said.line_no
from (
    {{ company_enrichment.rows_of_key(claim, mapping_changes, is_brought_back) | trim | indent(4) }}
) as said
where
    said.source = {{ claim }}.source
    and said.load_number = {{ claim }}.claim_number
    and said.outcome <> 'rejected'
-- A line without a claim is one that lost as an append, or else one that a correction overruled, or one behind the first.
order by said.claim is null, coalesce(said.rule, 'append') <> 'append', said.line_no
limit 1
{%- endmacro %}
