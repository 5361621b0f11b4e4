-- What sources say of an alias is what they would say had the undone loads never come. Older versions brought back what
-- a later complete load does not have: `dbt run-operation repair_undone_loads` says what would change, and changes it.
select
    missing.match_type,
    missing.alias_name,
    missing.source,
    missing.claim,
    missing.company_id
from (
    {{ company_enrichment.claims_of_undone_loads(
        "'repair'", ref('mapping_changes'), ref('stg_landed_loads'), ref('stg_corrected_aliases'),
        ref('stg_company_id_corrections')) | indent(4) }}
) as missing
