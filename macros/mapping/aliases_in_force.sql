{% macro aliases_in_force(mapping_changes, corrected_aliases, company_id_corrections, of_keys=none) %}
{#-
  The curated aliases, as a query: for each key the claim in force, by the priority of its source and then the latest, and
  the company it stands for, which is the one the source names (named_company_id) unless a correction holds the alias or
  replaces that company. An alias whose claims were all withdrawn is retired: it keeps its last company, and resolves nothing.
  A claim that an undo brought back has the load and line that count again, not those of the undo.

  Arguments
    mapping_changes         what each landed mapping row did
    corrected_aliases       the aliases that corrections hold
    company_id_corrections  the corrections
    of_keys                 relation with match_type and alias_name: no other keys are read
-#}
select
    named.alias_name,
    named.match_type,
    named.alias_text,
    named.key_version,
    named.company_id as named_company_id,
    coalesce(held.company_id, replaced.current_company_id, named.company_id) as company_id,
    coalesce(held.correction_id, replaced.correction_id) as correction_id,
    named.source,
    coalesce(counting.load_id, named.load_id) as load_id,
    coalesce(counting.line_no, named.line_no) as line_no,
    named.last_decided_at,
    case when named.claim = 'withdrawn' and held.correction_id is null then named.decided_at end as retired_at
from (
    select distinct on (claims.match_type, claims.alias_name) claims.*
    from (
        select
            claim.*,
            max(claim.decided_at) over (partition by claim.match_type, claim.alias_name) as last_decided_at
        from (
            {{ company_enrichment.standing_claims(mapping_changes, of_keys) | indent(12) }}
        ) as claim
    ) as claims
    order by
        claims.match_type,
        claims.alias_name,
        claims.claim = 'made' desc,
        case when claims.claim = 'made' then {{ target.schema }}.mapping_source_priority(claims.source) end,
        case when claims.claim = 'made' then claims.claim_number else claims.load_number end desc,
        claims.source
) as named
left join lateral (
    {{ company_enrichment.line_that_counts_again(mapping_changes, 'named') | indent(4) }}
) as counting on true
left join {{ corrected_aliases }} as held
    on
        named.match_type = held.match_type
        and named.alias_name = held.alias_name
        and held.superseded_by is null
left join {{ company_id_corrections }} as replaced
    on
        named.company_id = replaced.from_company_id
        and {{ company_enrichment.replaces('replaced') }}
{%- endmacro %}
