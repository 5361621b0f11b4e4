{% macro contested_claims(contested_statements) %}
{#-
  What each statement on a contested key does to the claims on its key, taken one after the other, as a query. Few keys are
  contested, so that only these are sorted and folded with mapping_claims().

    claim                 made, repeated, withdrawn or NULL, see claim_of_statement()
    winner_before, _after  the claim in force before and after the statement; of an undo, before and after all it says of the
                          key, because it counts as one change
    is_last_of_load       false for all but the last word of an undo on a key

  Argument
    contested_statements  what contested_statements() gives
-#}
with

in_order as (

    select
        *,
        is_landed
        and not is_overruled
        and coalesce(
            load_id = lag(load_id) over (
                partition by match_type, alias_name, is_overruled
                order by load_number, line_no
            ),
            false
        ) as is_repeated_in_load
    from {{ contested_statements }}

),

claimed as (

    select
        *,
        coalesce(
            {{ target.schema }}.mapping_claims(source, present_company_id, claim_number, statement_mode) over (
                partition by match_type, alias_name
                order by load_number, line_no
                rows between unbounded preceding and 1 preceding
            ),
            '{}'
        ) as claims_before
    from (
        select
            *,
            case when is_repeated_in_load then 'ignore' else effective_mode end as statement_mode
        from in_order
    ) as spoken

),

weighed as (

    select
        *,
        {{ target.schema }}.add_mapping_claim(
            claims_before, source, present_company_id, claim_number, statement_mode
        ) as claims_after
    from claimed
    where not is_stored

),

claiming as (

    select
        *,
        -- An undo that changes nothing says nothing.
        case
            when is_landed or ((claims_before -> source) is distinct from (claims_after -> source))
                then {{ target.schema }}.claim_of_statement(
                    statement_mode,
                    claims_before -> source ->> 'company_id',
                    {{ target.schema }}.winning_mapping_claim(claims_before) ->> 'company_id',
                    present_company_id
                )
        end as claim
    from weighed

)

select
    load_id,
    line_no,
    is_repeated_in_load,
    claim,
    case when not claims_after ? source then claims_before -> source ->> 'company_id' end as withdrawn_company_id,
    {{ target.schema }}.winning_mapping_claim(
        case when is_landed then claims_before else first_value(claims_before) over of_load end
    ) as winner_before,
    {{ target.schema }}.winning_mapping_claim(
        case when is_landed then claims_after else last_value(claims_after) over of_load end
    ) as winner_after,
    is_landed or lead(line_no) over of_load is null as is_last_of_load
from claiming
window of_load as (
    partition by match_type, alias_name, load_id, claim is not null
    order by line_no
    rows between unbounded preceding and unbounded following
)
{%- endmacro %}
