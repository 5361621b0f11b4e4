{% macro claims_standing(keys, mapping_changes, company_id_corrections) %}
{#-
  The claims of all sources on some keys before these are decided, as a query, each with the company that corrections make of it.

  Arguments
    keys                    relation with match_type and alias_name
    mapping_changes         what was decided before
    company_id_corrections  the corrections
-#}
select
    claim.match_type,
    claim.alias_name,
    claim.source,
    claim.load_id,
    claim.load_number,
    claim.line_no,
    claim.claim_number,
    coalesce(replaced.current_company_id, claim.company_id) as present_company_id
from (
    {{ company_enrichment.standing_claims(mapping_changes, of_keys=keys) | indent(4) }}
) as claim
left join {{ company_id_corrections }} as replaced
    on
        claim.company_id = replaced.from_company_id
        and {{ company_enrichment.replaces('replaced') }}
where claim.claim = 'made'
{%- endmacro %}
