-- The curated aliases in force: for each key the last change that had an effect.
with

in_force as (

    select distinct on (match_type, alias_name)
        alias_name,
        match_type,
        alias_text,
        key_version,
        company_id,
        source,
        load_id,
        line_no,
        decided_at
    from {{ ref('mapping_changes') }}
    where outcome in ('inserted', 'updated')
    order by match_type, alias_name, {{ company_enrichment.last_change_first() }}

)

select
    in_force.alias_name,
    in_force.match_type,
    in_force.alias_text,
    in_force.key_version,
    alias_parts.core as alias_core,
    alias_parts.legal_form,
    alias_parts.region,
    alias_parts.branch,
    alias_parts.bracket,
    in_force.company_id,
    in_force.source,
    in_force.load_id,
    in_force.line_no,
    in_force.decided_at as updated_at
from in_force
cross join lateral {{ target.schema }}.company_name_core(
    case when in_force.match_type in ({{ company_enrichment.name_match_types() }}) then in_force.alias_text end
) as alias_parts
