{% macro rows_of_changes(judged, validated, said_again) %}
{#-
  The rows of mapping_changes, as a query: what came of each statement, by which rule and why, the rows that only repeat what
  their source says, and those that were rejected.

  Arguments
    judged     what judged_statements() gives
    validated  what validated_rows() gives
    said_again what said_again() gives
-#}
select
    load_id,
    line_no,
    source,
    match_type,
    alias_text,
    alias_name,
    key_version,
    case when claim = 'withdrawn' then coalesce(withdrawn_company_id, company_before) else company_id end as company_id,
    outcome,
    case
        when outcome not in ('conflict', 'updated') then null
        when outcome = 'updated' and source_before = source then null
        when is_overruled or is_replaced then 'correction'
        when is_repeated_in_load then 'first line'
        when mode = 'append' then 'append'
        when
            {{ target.schema }}.mapping_source_priority(source)
            <> {{ target.schema }}.mapping_source_priority(source_before)
            then 'source priority'
        else 'recency'
    end as rule,
    case
        when is_replaced and not is_overruled then correction
        when outcome <> 'conflict' then null
        when is_overruled then correction
        when is_repeated_in_load then 'an earlier line of the load names another company'
        when mode = 'append' then 'the alias is stored, and the load only appends'
        when
            {{ target.schema }}.mapping_source_priority(source)
            <> {{ target.schema }}.mapping_source_priority(source_before)
            then 'source ' || source_before || ' comes before source ' || source
        else 'source ' || source_before || ' has said otherwise since'
    end as reason,
    coalesce(held_company_id, company_before) as previous_company_id,
    source_before as previous_source,
    claim,
    load_number,
    case when claim = 'made' then claim_number end as claim_number,
    load_landed_at
from {{ judged }}
union all
select
    landed.load_id,
    landed.line_no,
    landed.source,
    landed.match_type,
    landed.alias_text,
    landed.alias_name,
    landed.key_version,
    landed.clean_company_id as company_id,
    'unchanged' as outcome,
    null as rule,
    null as reason,
    landed.clean_company_id as previous_company_id,
    landed.source as previous_source,
    'repeated' as claim,
    landed.load_number,
    null as claim_number,
    landed.load_landed_at
from {{ validated }} as landed
inner join {{ said_again }} as plain on landed.load_id = plain.load_id and landed.line_no = plain.line_no
union all
select
    load_id,
    line_no,
    source,
    match_type,
    alias_text,
    alias_name,
    key_version,
    coalesce(clean_company_id, company_id) as company_id,
    'rejected' as outcome,
    null as rule,
    reject_reason as reason,
    null as previous_company_id,
    null as previous_source,
    null as claim,
    load_number,
    null as claim_number,
    load_landed_at
from {{ validated }}
where not is_usable
{%- endmacro %}
