{% macro reject_faulty_rows(changes, is_faulty) %}
{#- A claim that was the source's only word becomes withdrawn, so that its alias is retired; others count for nothing. -#}
create temporary table withdrawn_rows on commit drop as
select
    change.load_id,
    change.line_no,
    change.match_type,
    change.alias_name,
    change.source,
    change.claim = 'made' as was_claim,
    {{ target.schema }}.company_id_fault(change.company_id) as fault
from {{ changes }} as change
where {{ is_faulty }}
;
update {{ changes }} as change
set
    outcome = case when change.line_no > 0 then 'rejected' else 'withdrawn' end,
    rule = null,
    reason = 'the company id ' || withdrawn.fault,
    claim = case
        when withdrawn.was_claim and not exists (
            select from {{ changes }} as other
            left join withdrawn_rows as other_withdrawn
                on other_withdrawn.load_id = other.load_id and other_withdrawn.line_no = other.line_no
            where
                other.match_type = change.match_type
                and other.alias_name = change.alias_name
                and other.source = change.source
                and other.claim in ('made', 'withdrawn')
                and other_withdrawn.load_id is null
        ) then 'withdrawn'
    end,
    claim_number = null,
    decided_at = statement_timestamp(),
    changed_in = pg_current_xact_id()
from withdrawn_rows as withdrawn
where change.load_id = withdrawn.load_id and change.line_no = withdrawn.line_no
{%- endmacro %}
