{% macro line_that_counts_again(mapping_changes, claim) %}
{#-
  The landed line that made a claim, as a query of load_id and line_no, for a claim that an undo brought back: its row in
  mapping_changes has the load id of the undo, and no line. The claim's number says which load counts again; of that load, the
  first line that said something of the key. No row for a claim that has a line of its own.

  Arguments
    mapping_changes  what each landed mapping row did
    claim            alias of the claim in the query around, a row of mapping_changes
-#}
select
    said.load_id,
    said.line_no
from (
    {%- for is_of_kind in company_enrichment.indexed_claims('by_key').values() %}
    select
        by_key.load_id,
        by_key.line_no,
        by_key.source,
        by_key.load_number,
        by_key.outcome,
        by_key.rule,
        by_key.claim
    from {{ mapping_changes }} as by_key
    where
        {{ claim }}.line_no < 0
        and {{ claim }}.claim = 'made'
        and by_key.match_type = {{ claim }}.match_type
        and by_key.alias_name = {{ claim }}.alias_name
        and {{ is_of_kind }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
) as said
where
    said.source = {{ claim }}.source
    and said.load_number = {{ claim }}.claim_number
    and said.line_no > 0
    and said.outcome <> 'rejected'
-- A line without a claim is one that lost as an append, or else one that a correction overruled, or one behind the first.
order by said.claim is null, coalesce(said.rule, 'append') <> 'append', said.line_no
limit 1
{%- endmacro %}
