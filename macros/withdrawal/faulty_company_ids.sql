{% macro faulty_company_ids() %}
{#-
  What is stored as a company id and is none, or is not in its one form, as a query of place, company_id, fault (NULL for
  one that has only to be cleaned), clean_company_id and places, in order.
-#}
{%- set schema = target.schema -%}
select
    faulty.place,
    faulty.company_id,
    {{ schema }}.company_id_fault(faulty.company_id) as fault,
    {{ schema }}.clean_company_id(faulty.company_id) as clean_company_id,
    count(*) as places
from (
    select 'mapping rows' as place, change.company_id
    from {{ schema }}.mapping_changes as change
    where {{ company_enrichment.is_faulty_mapping('change') }} or {{ company_enrichment.is_unclean('change.company_id') }}
    union all
    select 'answers' as place, answer.company_id
    from {{ schema }}.lookup_answers as answer
    where {{ company_enrichment.is_faulty_answer('answer') }}
    union all
    select 'corrections from it' as place, correction.from_company_id
    from {{ schema }}.company_id_corrections as correction
    where {{ company_enrichment.is_faulty_correction('correction') }}
    union all
    select 'corrections to it' as place, correction.to_company_id
    from {{ schema }}.company_id_corrections as correction
    where {{ company_enrichment.is_faulty_correction('correction') }}
    union all
    select 'records' as place, resolution.company_id
    from {{ schema }}.company_resolution as resolution
    where
        resolution.company_id is not null
        and not resolution.is_temporary
        and (
            {{ schema }}.company_id_fault(resolution.company_id) is not null
            or {{ company_enrichment.is_unclean('resolution.company_id') }}
        )
) as faulty
where
    {{ schema }}.company_id_fault(faulty.company_id) is not null or {{ company_enrichment.is_unclean('faulty.company_id') }}
group by faulty.place, faulty.company_id
order by faulty.place, faulty.company_id collate "C"
{%- endmacro %}
