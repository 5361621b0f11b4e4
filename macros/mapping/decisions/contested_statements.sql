{% macro contested_statements(pending, standing) %}
{#-
  The statements on keys that have more than one statement or claim, as a query, and the claims that stand on these keys as
  statements that came before. What an undo says is always among them: it may concern several sources of a key.

  Arguments
    pending   what corrected_statements() gives
    standing  what claims_standing() gives
-#}
with

contested_keys as materialized (

    select
        match_type,
        alias_name
    from (
        select
            match_type,
            alias_name,
            1 as statements,
            0 as claims,
            mode = 'undo' as is_undo
        from {{ pending }}
        union all
        select
            match_type,
            alias_name,
            0 as statements,
            1 as claims,
            false as is_undo
        from {{ standing }}
    ) as said
    group by match_type, alias_name
    having sum(statements) > 1 or sum(claims) > 1 or bool_or(is_undo)

)

select
    pending.load_id,
    pending.line_no,
    pending.source,
    pending.match_type,
    pending.alias_name,
    pending.present_company_id,
    pending.load_number,
    pending.claim_number,
    pending.effective_mode,
    pending.is_landed,
    pending.is_overruled,
    false as is_stored
from {{ pending }} as pending
inner join contested_keys
    on pending.match_type = contested_keys.match_type and pending.alias_name = contested_keys.alias_name
union all
select
    standing.load_id,
    standing.line_no,
    standing.source,
    standing.match_type,
    standing.alias_name,
    standing.present_company_id,
    standing.load_number,
    standing.claim_number,
    'stored' as effective_mode,
    false as is_landed,
    false as is_overruled,
    true as is_stored
from {{ standing }} as standing
inner join contested_keys
    on standing.match_type = contested_keys.match_type and standing.alias_name = contested_keys.alias_name
{%- endmacro %}
