{% macro let_losers_count(changes) %}
{#-
  Rows that lost only because an alias was stored, or named by an earlier line of their load, and what was stored or named is
  withdrawn: the first of each source becomes its claim.
-#}
create temporary table losers_that_count on commit drop as
select distinct on (loser.match_type, loser.alias_name, loser.source) loser.load_id, loser.line_no
from {{ changes }} as loser
where
    loser.outcome = 'conflict'
    and loser.claim is null
    and loser.rule in ('append', 'first line')
    and not exists (select from {{ target.schema }}.landed_loads as undo where undo.undoes = loser.load_id)
    and exists (
        select from withdrawn_rows as withdrawn
        where
            withdrawn.match_type = loser.match_type
            and withdrawn.alias_name = loser.alias_name
            and (loser.rule = 'append' or withdrawn.load_id = loser.load_id)
    )
    and not exists (
        select from {{ changes }} as standing
        where
            standing.match_type = loser.match_type
            and standing.alias_name = loser.alias_name
            and standing.claim = 'made'
            -- What the same source said before does not keep a later load from saying otherwise; an append adds only.
            and (loser.rule = 'append' or standing.source = loser.source and standing.load_number >= loser.load_number)
    )
order by loser.match_type, loser.alias_name, loser.source, loser.rule = 'first line' desc, loser.load_number, loser.line_no
;
update {{ changes }} as change
set
    outcome = 'inserted',
    rule = null,
    reason = null,
    claim = 'made',
    claim_number = change.load_number,
    previous_company_id = null,
    previous_source = null,
    decided_at = statement_timestamp(),
    changed_in = pg_current_xact_id()
from losers_that_count as loser
where change.load_id = loser.load_id and change.line_no = loser.line_no
{%- endmacro %}
