{% macro withdraw_mappings(execute) %}
{#-
  Makes rejected ones of the rows of mapping_changes whose company id is none, as if they had been rejected when they were
  decided: what their source said of the alias before or since counts again, or what another source says; where nobody says
  anything else, the alias is retired. What lost only against such a row counts after all. Ids that are only not in their one
  form are cleaned. Returns what was done, as a list of texts.

  Argument
    execute  write it
-#}
{%- set changes = target.schema ~ '.mapping_changes' -%}
{%- set is_faulty = company_enrichment.is_faulty_mapping('change') -%}
{%- set is_unclean = "((" ~ company_enrichment.is_unclean('change.company_id') ~ " or "
    ~ company_enrichment.is_unclean('change.previous_company_id') ~ ") and change.outcome <> 'rejected')" -%}
{%- set count -%}
select
    count(*) filter (where {{ is_faulty }}),
    count(*) filter (where not {{ is_faulty }} and {{ is_unclean }})
from {{ changes }} as change
{%- endset -%}
{%- set faulty, unclean = run_query(count).rows[0].values() -%}
{%- set done = [] -%}
{%- if faulty > 0 -%}
    {%- do done.append("reject " ~ faulty ~ " rows of mappings") -%}
    {%- if execute -%}
        {%- for statement in [
            company_enrichment._reject_faulty_rows(changes, is_faulty),
            company_enrichment._let_losers_count(changes),
            company_enrichment._touch_what_counts_again(changes),
        ] -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endif -%}
{%- if unclean > 0 -%}
    {%- do done.append("clean the company ids of " ~ unclean ~ " rows of mappings") -%}
    {%- if execute -%}
        {%- do run_query(company_enrichment._clean_rows(changes, is_unclean)) -%}
    {%- endif -%}
{%- endif -%}
{{- return(done) -}}
{% endmacro %}


{% macro _reject_faulty_rows(changes, is_faulty) %}
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


{% macro _let_losers_count(changes) %}
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


{% macro _touch_what_counts_again(changes) %}
{#- What is said of the same aliases beside, so that the next run decides what is in force. -#}
update {{ changes }} as change
set changed_in = pg_current_xact_id()
from (select distinct withdrawn.match_type, withdrawn.alias_name from withdrawn_rows as withdrawn) as withdrawn
where
    change.match_type = withdrawn.match_type
    and change.alias_name = withdrawn.alias_name
    and change.claim in ('made', 'withdrawn')
{%- endmacro %}


{% macro _clean_rows(changes, is_unclean) %}
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
