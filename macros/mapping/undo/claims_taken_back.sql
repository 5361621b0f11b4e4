{% macro claims_taken_back(undo_loads, mapping_changes, landed_loads, company_id_corrections) %}
{#-
  What every source says of the keys that an undo concerns, as a query: what it would say had the load that is undone never
  come. No company where it says nothing. The statements of all other loads are made once more, in their order; a complete
  load states of every key that it does not list that its source has none, also of one that was retired already when it
  came and for which mapping_changes has no row of it.

  A row that was rejected, or that a correction overruled, stays as it was decided. Companies are compared as the
  corrections have them today.

  Arguments
    undo_loads              the loads that undo others: load_id, undoes, load_number. One that undoes no load (undoes is
                            NULL) concerns the keys of all loads that were ever undone
    mapping_changes         what was decided before
    landed_loads            all loads
    company_id_corrections  the corrections
-#}
{%- set any_undo -%} exists (select from {{ undo_loads }}) {%- endset -%}
with

chains as materialized (

    {{ company_enrichment.undo_chains(landed_loads, any_undo) | indent(4) }}

),

-- As of each undo: those that are decided after it have not happened yet.
undone as materialized (

    select
        undo.load_id as undo_id,
        chains.root_id
    from {{ undo_loads }} as undo
    cross join chains
    left join {{ undo_loads }} as pending on chains.undo_id = pending.load_id
    where pending.load_id is null or pending.load_number <= undo.load_number
    group by undo.load_id, chains.root_id
    having max(chains.steps) % 2 = 1

),

roots as materialized (

    select
        undo.load_id as undo_id,
        chains.root_id,
        loads.mode = 'replace_source' as is_complete
    from {{ undo_loads }} as undo
    inner join chains on undo.load_id = chains.undo_id
    left join {{ landed_loads }} as loads on chains.root_id = loads.load_id

),

keys as materialized (

    {{ company_enrichment.keys_of_undos(undo_loads, 'chains', 'roots', mapping_changes) | indent(4) }}

),

said as materialized (

    {{ company_enrichment.rows_on_keys(
        'keys', 'undone', mapping_changes, landed_loads, company_id_corrections) | indent(4) }}

),

statements as (

    {{ company_enrichment.statements_without_undone('said', 'undone', mapping_changes, landed_loads) | indent(4) }}

),

-- In one pass over the sorted rows: a join would be of many rows with many, and no estimate says so.
outcomes as (

    select
        *,
        cast(
            {{ target.schema }}.mapping_claims(source, present_company_id, load_number, mode) over (
                partition by undo_id, match_type, alias_name
                order by load_number, line_no
                rows between unbounded preceding and unbounded following
            ) -> source ->> 'number' as bigint
        ) as claim_number
    from statements

)

select
    latest.undo_id as load_id,
    0 - row_number() over (
        partition by latest.undo_id
        order by latest.match_type, latest.alias_name, latest.source
    ) as line_no,
    latest.match_type,
    latest.alias_name,
    latest.source,
    latest.alias_text,
    latest.key_version,
    case when latest.claim_number is not null then latest.company_id end as company_id,
    latest.claim_number
from (
    select distinct on (undo_id, match_type, alias_name, source) *
    from outcomes
    order by
        undo_id,
        match_type,
        alias_name,
        source,
        -- The row that made the claim.
        coalesce(mode not in ('ignore', 'withdraw') and load_number = claim_number, false) desc,
        load_number desc,
        line_no
) as latest
{%- endmacro %}
