-- Aliases whose core, the looser key, is shared by aliases of other companies. Worth a look: either two companies have
-- similar names, and their parts tell them apart, or one company has two ids.
with

aliases as (

    select
        alias_core,
        company_id,
        match_type,
        alias_name,
        alias_text,
        legal_form,
        region,
        branch,
        bracket
    from {{ ref('company_mapping') }}
    where alias_core is not null and company_id <> '{{ company_enrichment.no_company() }}' and retired_at is null

),

shared_cores as (

    select
        alias_core,
        count(distinct company_id) as companies
    from aliases
    group by alias_core
    having count(distinct company_id) > 1

)

select
    aliases.alias_core,
    shared_cores.companies,
    aliases.company_id,
    aliases.match_type,
    aliases.alias_name,
    aliases.alias_text,
    aliases.legal_form,
    aliases.region,
    aliases.branch,
    aliases.bracket
from shared_cores
inner join aliases on shared_cores.alias_core = aliases.alias_core
