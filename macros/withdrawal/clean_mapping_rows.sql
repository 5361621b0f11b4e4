{% macro clean_mapping_rows(changes, is_unclean) %}
{#- Two forms of one id were a conflict, and are none. -#}
update {{ changes }} as change
set
    company_id = cleaned.company_id,
    previous_company_id = cleaned.previous_company_id,
    outcome = case
        when change.outcome in ('conflict', 'updated') and cleaned.company_id = cleaned.previous_company_id then 'unchanged'
        else change.outcome
    end,
    rule = case when cleaned.company_id is distinct from cleaned.previous_company_id then change.rule end,
    reason = case when cleaned.company_id is distinct from cleaned.previous_company_id then change.reason end,
    changed_in = pg_current_xact_id()
from (
    select
        change.load_id,
        change.line_no,
        {{ target.schema }}.clean_company_id(change.company_id) as company_id,
        {{ target.schema }}.clean_company_id(change.previous_company_id) as previous_company_id
    from {{ changes }} as change
    where {{ is_unclean }}
) as cleaned
where change.load_id = cleaned.load_id and change.line_no = cleaned.line_no
{%- endmacro %}
