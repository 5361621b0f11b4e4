{% macro conflicting_rows(mapping_changes) %}
{#-
  The rows that met another company, as a query, with the two candidates: who has won and who has lost.

  Argument
    mapping_changes  what each landed mapping row did
-#}
select
    change.load_id,
    change.line_no,
    change.match_type,
    change.alias_name,
    change.alias_text,
    change.load_number,
    change.outcome,
    case when change.outcome = 'conflict' then change.previous_company_id else change.company_id end as winning_company_id,
    case when change.outcome = 'conflict' then change.company_id else change.previous_company_id end as losing_company_id,
    case when change.outcome = 'conflict' then change.previous_source else change.source end as winning_source,
    case when change.outcome = 'conflict' then change.source else change.previous_source end as losing_source,
    change.rule,
    coalesce(change.reason, 'the row overrules source ' || change.previous_source) as reason,
    change.decided_at
from {{ mapping_changes }} as change
where {{ company_enrichment.is_mapping_conflict('change') }}
{%- endmacro %}
