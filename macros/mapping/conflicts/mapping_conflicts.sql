{% macro mapping_conflicts(mapping_changes, company_mapping, landed_loads, corrected_aliases, company_id_corrections) %}
{#-
  Every row that met another company, with the two candidates and whether the conflict is open, as a query. It is open while
  the source that lost still gives the alias to another company than the one it stands for: while that is what its last
  load with the alias says, and no complete load of it has come since. Undone loads say nothing. Of several rows of one alias
  in which a source has lost, those of its last load count. A decision recorded with correct_company_id settles what was
  said of its aliases before.

  Reads the rows that met another company, and what was said of their keys, by indexes.

  Arguments
    mapping_changes         what each landed mapping row did
    company_mapping         the curated aliases
    landed_loads            all loads
    corrected_aliases       the aliases that corrections hold
    company_id_corrections  the corrections
-#}
with

conflicts as materialized (

    {{ company_enrichment.conflicting_rows(mapping_changes) | indent(4) }}

),

undone as materialized (

    select chains.root_id
    from (
        {{ company_enrichment.undo_chains(landed_loads, 'exists (select from conflicts)') | indent(8) }}
    ) as chains
    group by chains.root_id
    having max(chains.steps) % 2 = 1

),

losers as materialized (

    select distinct
        match_type,
        alias_name,
        losing_source
    from conflicts

),

last_complete as materialized (

    {{ company_enrichment.last_complete_loads('losers', 'undone', mapping_changes, landed_loads) | indent(4) }}

),

last_said as materialized (

    {{ company_enrichment.last_loads_with_alias('losers', 'last_complete', 'undone', mapping_changes) | indent(4) }}

),

still_said as (

    {{ company_enrichment.conflicts_still_said(
        'conflicts', 'last_said', 'undone', mapping_changes, company_mapping, corrected_aliases, company_id_corrections
    ) | indent(4) }}

)

select
    conflicts.load_id,
    conflicts.line_no,
    conflicts.match_type,
    conflicts.alias_name,
    conflicts.alias_text,
    conflicts.winning_company_id,
    conflicts.losing_company_id,
    conflicts.winning_source,
    conflicts.losing_source,
    conflicts.rule,
    conflicts.reason,
    coalesce(still_said.is_open, false) as is_open,
    conflicts.decided_at
from conflicts
left join still_said on conflicts.load_id = still_said.load_id and conflicts.line_no = still_said.line_no
{%- endmacro %}
