{% macro landed_rows(records, loads, mapping_changes, since) %}
{#-
  The landed rows that are not decided yet, as a query: each with its load, with its alias as a key, and with
  position_of_load, which orders the loads that a run finds together.

  Arguments as those of mapping_decisions().
-#}
select
    records.load_id,
    records.line_no,
    meant.match_type,
    records.alias_text,
    records.company_id,
    records.problem,
    coalesce(loads.source, records.source) as source,
    coalesce(loads.mode, 'merge') as mode,
    coalesce(loads.landed_at, records.landed_at) as load_landed_at,
    dense_rank() over (order by coalesce(loads.landed_at, records.landed_at), records.load_id) as position_of_load,
    {{ target.schema }}.clean_company_id(records.company_id) as clean_company_id,
    {{ target.schema }}.mapping_alias_name(meant.match_type, records.alias_text) as alias_name,
    case
        when meant.match_type in ({{ company_enrichment.name_match_types() }})
            then {{ target.schema }}.company_name_key_version()
    end as key_version
from {{ records }} as records
inner join lateral (
    select {{ target.schema }}.normalize_match_type(records.match_type) as match_type
) as meant on true
left join {{ loads }} as loads on records.load_id = loads.load_id
left join {{ company_enrichment.decided_lines(records, mapping_changes, since) }} as decided
    on records.load_id = decided.load_id and records.line_no = decided.line_no
where decided.load_id is null and {{ company_enrichment.is_changed('records', since) }}
{%- endmacro %}
