{% macro temp_ids_missing_in_ledger() %}
{#-
  The temporary ids that the result or the crosswalk holds, but the ledger does not, as a query: a row for each record that has the
  id or had it, with its name and when it was seen with the id.
-#}
select
    resolution.company_id as temp_id,
    record_keys.record_id,
    record_keys.normalized_customer_name as name_key,
    record_keys.customer_name as name,
    record_keys.key_version,
    record_keys.loaded_at,
    resolution.resolved_at as seen_at
from {{ target.schema }}.company_resolution as resolution
inner join {{ target.schema }}.customer_record_keys as record_keys on record_keys.record_id = resolution.record_id
where
    resolution.is_temporary
    and {{ company_enrichment.is_temporary_id('resolution.company_id') }}
    and not exists (
        select from {{ target.schema }}.temp_company_ids as ledger where ledger.temp_id = resolution.company_id
    )
union all
-- Ids whose names are known by now: published facts are re-pointed by the crosswalk. A record that had the id may
-- have another name today, so the name has to be known as what the id became.
select
    crosswalk.from_company_id,
    record_keys.record_id,
    record_keys.normalized_customer_name,
    record_keys.customer_name,
    record_keys.key_version,
    record_keys.loaded_at,
    change.changed_at
from {{ target.schema }}.company_id_crosswalk as crosswalk
inner join {{ target.schema }}.company_resolution_changes as change
    on change.new_company_id = crosswalk.from_company_id
inner join {{ target.schema }}.customer_record_keys as record_keys on record_keys.record_id = change.record_id
where
    crosswalk.valid_to is null
    and {{ company_enrichment.is_temporary_id('crosswalk.from_company_id') }}
    and not exists (
        select from {{ target.schema }}.temp_company_ids as ledger
        where ledger.temp_id = crosswalk.from_company_id
    )
    and (
        exists (
            select from {{ target.schema }}.company_mapping as alias
            where
                alias.match_type = 'name'
                and alias.alias_name = record_keys.normalized_customer_name
                and alias.company_id = crosswalk.to_company_id
        )
        or exists (
            select from {{ target.schema }}.company_lookup_cache as answer
            where
                answer.normalized_name = record_keys.normalized_customer_name
                and answer.company_id = crosswalk.to_company_id
        )
    )
{%- endmacro %}
