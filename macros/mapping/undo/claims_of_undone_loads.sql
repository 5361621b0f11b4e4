{% macro claims_of_undone_loads(repair_id, mapping_changes, landed_loads, corrected_aliases, company_id_corrections) %}
{#-
  The rows that mapping_changes lacks for what sources say to be what it would be had the undone loads never come, as a query
  with its columns. None where every undo was decided by the present rule; an older one brought back what a complete load
  that came later does not have.

  Arguments
    repair_id               the load id of the rows, as an SQL expression
    mapping_changes         what was decided
    landed_loads            all loads
    corrected_aliases       the aliases that corrections hold
    company_id_corrections  the corrections
-#}
{%- set no_records = company_enrichment.no_rows({
    'load_id': 'text', 'line_no': 'integer', 'source': 'text', 'match_type': 'text', 'alias_text': 'text', 'company_id': 'text',
    'problem': 'text', 'landed_at': 'timestamptz'
}) -%}
with

no_records as not materialized {{ no_records }},

-- Before any undo that waits for a run: that one is decided in its turn.
loads_with_repair as not materialized (

    select
        load_id,
        source,
        mode,
        undoes,
        landed_at
    from {{ landed_loads }}
    union all
    select
        {{ repair_id }} as load_id,
        'repair' as source,
        'undo' as mode,
        null as undoes,
        timestamptz '-infinity' as landed_at

)

select missing.*
from (
    {{ company_enrichment.mapping_decisions(
        'no_records', 'loads_with_repair', corrected_aliases, company_id_corrections, mapping_changes) | indent(4) }}
) as missing
where missing.load_id = {{ repair_id }}
{%- endmacro %}
