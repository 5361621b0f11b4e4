{% macro crosswalk_targets(considered, ledger, company_mapping, company_lookup_cache, company_id_corrections) %}
{#-
  What each id stands for today, as a query: from_company_id, to_company_id (NULL where nobody knows), kind, decided_by, reason,
  names_nobody (its name names nobody since the name rules changed) and is_known (the ledger or a correction has it, or it is no temporary id).

  Arguments
    considered  relation with from_company_id
    the others as those of crosswalk_changes()
-#}
select
    considered.from_company_id,
    case
        when correction.correction_id is not null then correction.to_company_id
        when older.temp_id is not null then older.temp_id
        when mapping.alias_name is not null then nullif(mapping.company_id, '{{ company_enrichment.no_company() }}')
        else answer.company_id
    end as to_company_id,
    case
        when correction.correction_id is not null then correction.kind
        when older.temp_id is not null then 'rekeyed'
        else 'resolved'
    end as kind,
    case
        when correction.correction_id is not null then 'correction ' || correction.correction_id
        when older.temp_id is not null then 'rekeying'
        when mapping.alias_name is not null then 'mapping'
        else 'lookup'
    end as decided_by,
    case
        when correction.correction_id is not null then correction.reason
        when older.temp_id is not null then 'the names of both have one key'
    end as reason,
    correction.correction_id is null
    and issued.first_name is not null
    and issued.normalized_name is null
    and issued.redirected_to is null as names_nobody,
    correction.correction_id is not null
    or issued.temp_id is not null
    or not {{ company_enrichment.is_temporary_id('considered.from_company_id') }} as is_known
from {{ considered }} as considered
left join {{ company_id_corrections }} as correction
    on considered.from_company_id = correction.from_company_id and {{ company_enrichment.replaces('correction') }}
left join {{ ledger }} as issued on considered.from_company_id = issued.temp_id
left join {{ ledger }} as older on issued.redirected_to = older.temp_number
left join {{ company_mapping }} as mapping
    on issued.normalized_name = mapping.alias_name and mapping.match_type = 'name' and mapping.retired_at is null
left join {{ company_lookup_cache }} as answer
    on issued.normalized_name = answer.normalized_name and answer.outcome = 'found'
{%- endmacro %}
