-- Aliases that a source still gives to another company than the one they stand for. company_mapping_conflicts is
-- history: a conflict is over when the source that lost has said otherwise since, or the alias is retired.
with

conflicts as (

    select distinct on (match_type, alias_name, losing_source)
        match_type,
        alias_name,
        alias_text,
        losing_company_id,
        losing_source,
        rule,
        reason,
        load_id,
        line_no,
        decided_at
    from {{ ref('company_mapping_conflicts') }}
    order by match_type asc, alias_name asc, losing_source asc, decided_at desc, load_id desc, line_no desc

),

statements as (

    select distinct on (change.match_type, change.alias_name, change.source)
        change.match_type,
        change.alias_name,
        change.source,
        change.company_id,
        change.claim
    from conflicts
    inner join {{ ref('mapping_changes') }} as change
        on
            conflicts.match_type = change.match_type
            and conflicts.alias_name = change.alias_name
            and conflicts.losing_source = change.source
    where change.outcome <> 'rejected'
    order by
        change.match_type asc, change.alias_name asc, change.source asc, change.load_number desc, change.line_no desc

)

select
    conflicts.match_type,
    conflicts.alias_name,
    conflicts.alias_text,
    alias.company_id,
    alias.source,
    conflicts.losing_company_id,
    conflicts.losing_source,
    conflicts.rule,
    conflicts.reason,
    conflicts.load_id,
    conflicts.line_no,
    conflicts.decided_at
from conflicts
inner join {{ ref('company_mapping') }} as alias
    on conflicts.match_type = alias.match_type and conflicts.alias_name = alias.alias_name
inner join statements
    on
        conflicts.match_type = statements.match_type
        and conflicts.alias_name = statements.alias_name
        and conflicts.losing_source = statements.source
where
    alias.retired_at is null
    and alias.company_id <> conflicts.losing_company_id
    and statements.company_id = conflicts.losing_company_id
    and statements.claim is distinct from 'withdrawn'
