{% macro record_matches(record_keys, company_mapping, company_lookup_cache, ledger) %}
{#-
  Records with what the resolution rule finds for each, and the temporary id that its name may have, as a query.

  Arguments
    record_keys           the keys of the records
    company_mapping       the curated aliases
    company_lookup_cache  the best answer per name
    ledger                the temporary ids
-#}
select
    matches.record_id,
    matches.normalized_customer_name,
    matches.match_type,
    matches.matched_key,
    matches.company_id,
    matches.confidence,
    matches.mapping_load_id,
    matches.answer_id,
    matches.correction_id,
    ledger.temp_id,
    case
        when matches.company_id is not null then 'resolved'
        when matches.match_type is not null then 'no_company'
        when matches.normalized_customer_name is null then 'unresolvable'
        else 'temporary'
    end as status,
    case
        when matches.match_type is null and matches.normalized_customer_name is null
            then coalesce(
                {{ target.schema }}.record_faults(
                    matches.raw_plan_code, matches.raw_account_number, matches.customer_name, matches.account_name
                ),
                'the record has no customer name'
            )
    end as unresolvable_reason
from (
    {{ company_enrichment.resolution_rule(record_keys, 'record_id', company_mapping, company_lookup_cache) | indent(4) }}
) as matches
left join {{ ledger }} as ledger on matches.normalized_customer_name = ledger.normalized_name
{%- endmacro %}
