{% macro rows_on_keys(keys, undone, mapping_changes, landed_loads, company_id_corrections) %}
{#-
  Every landed row about the keys of undos, also one that only lists its key, as a query: with the mode of its load, whether
  the load stands, and whether the row is a statement.

  Arguments
    keys    what keys_of_undos() gives
    undone  the loads that are undone as of each undo: undo_id, root_id
    The others are those of claims_taken_back().
-#}
select
    keys.undo_id,
    change.load_id,
    change.line_no,
    keys.match_type,
    keys.alias_name,
    change.source,
    change.alias_text,
    change.key_version,
    change.company_id,
    coalesce(replaced.current_company_id, change.company_id) as present_company_id,
    change.load_number,
    -- What a re-keying has decided between aliases that have met counts from then on.
    case
        when loads.load_id is null and starts_with(change.load_id, 'rekey:') then 'delete_insert'
        else coalesce(loads.mode, 'merge')
    end as mode,
    undone.root_id is null as stands,
    -- Without a claim it may have lost, because it only appends, to what is undone now.
    change.claim is not null
    or (
        loads.mode = 'append'
        and change.outcome in ('conflict', 'unchanged')
        and coalesce(change.rule, 'append') = 'append'
    ) as is_statement
from {{ keys }} as keys
inner join lateral (
    {{ company_enrichment.rows_of_key('keys', mapping_changes) | trim | indent(4) }}
    limit all offset 0
) as change on true
left join {{ landed_loads }} as loads on change.load_id = loads.load_id
left join {{ undone }} as undone on keys.undo_id = undone.undo_id and change.load_id = undone.root_id
left join {{ company_id_corrections }} as replaced
    on
        change.company_id = replaced.from_company_id
        and {{ company_enrichment.replaces('replaced') }}
{%- endmacro %}
