{% macro decided_statements(pending, standing, contested) %}
{#-
  Statements with what they do to the claim of their source (claim), and whose claim is in force before and after them
  (source_before, company_before, source_after), as a query. Nearly all keys have one statement and one claim at most: these
  need no sorting.

  Arguments
    pending    what corrected_statements() gives
    standing   what claims_standing() gives
    contested  what contested_claims() gives
-#}
with

claims_beside as (

    select
        pending.*,
        contested.load_id is not null as is_contested,
        coalesce(
            contested.is_repeated_in_load,
            -- A load that was landed in parts.
            pending.is_landed and not pending.is_overruled and pending.load_id = standing.load_id,
            false
        ) as is_repeated_in_load,
        contested.claim as contested_claim,
        contested.winner_after,
        coalesce(contested.is_last_of_load, true) as is_last_of_load,
        contested.withdrawn_company_id,
        coalesce(contested.winner_before ->> 'company_id', standing.present_company_id) as company_before,
        coalesce(contested.winner_before ->> 'source', standing.source) as source_before
    from {{ pending }} as pending
    left join {{ contested }} as contested on pending.load_id = contested.load_id and pending.line_no = contested.line_no
    left join {{ standing }} as standing
        on
            pending.match_type = standing.match_type
            and pending.alias_name = standing.alias_name
            and contested.load_id is null

),

claims_made as (

    select
        *,
        case
            when is_contested then contested_claim
            else {{ target.schema }}.claim_of_statement(
                case when is_repeated_in_load then 'ignore' else effective_mode end,
                case when source_before = source then company_before end,
                company_before,
                present_company_id
            )
        end as claim
    from claims_beside

)

select
    *,
    case
        when is_contested then winner_after ->> 'source'
        when claim = 'withdrawn' then null
        when
            claim = 'made' and (
                source_before is null
                or source_before = source
                or {{ target.schema }}.mapping_source_priority(source)
                <= {{ target.schema }}.mapping_source_priority(source_before)
            )
            then source
        else source_before
    end as source_after
from claims_made
{%- endmacro %}
