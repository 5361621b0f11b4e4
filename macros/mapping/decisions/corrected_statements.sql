{% macro corrected_statements(statements, corrected_aliases, company_id_corrections) %}
{#-
  Statements, and what corrections say about their alias and about the company they name, as a query. effective_mode is what a
  statement does to the claims on its key once corrections are considered.

  Arguments
    statements              what mapping_statements() gives
    corrected_aliases       the aliases that corrections hold
    company_id_corrections  the corrections
-#}
select
    statements.*,
    coalesce(replaced.current_company_id, statements.company_id) as present_company_id,
    held.company_id as held_company_id,
    effect.is_replaced,
    effect.is_overruled,
    case
        when effect.is_overruled then 'ignore'
        when effect.is_replaced then 'replaced'
        else statements.mode
    end as effective_mode,
    case
        when held.correction_id is not null
            then 'correction ' || held.correction_id || ' gave the alias to ' || held.company_id
        when replaced.kind = 'merged'
            then concat_ws(
                ' ', replaced.from_company_id, 'was merged into', replaced.to_company_id,
                'by correction', replaced.correction_id
            )
        when replaced.kind = 'corrected'
            then concat_ws(
                ' ', replaced.from_company_id, 'was corrected to', replaced.to_company_id,
                'by correction', replaced.correction_id
            )
    end as correction
from {{ statements }} as statements
left join {{ corrected_aliases }} as held
    on
        statements.match_type = held.match_type
        and statements.alias_name = held.alias_name
        and held.superseded_by is null
left join {{ company_id_corrections }} as replaced
    on
        statements.company_id = replaced.from_company_id
        and {{ company_enrichment.replaces('replaced') }}
cross join lateral (
    select
        statements.is_landed and coalesce(replaced.kind = 'merged', false) as is_replaced,
        -- An alias that is held, and a company id found wrong, have no effect on anything.
        statements.is_landed
        and (held.correction_id is not null or coalesce(replaced.kind = 'corrected', false)) as is_overruled
) as effect
{%- endmacro %}
