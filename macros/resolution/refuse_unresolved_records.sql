{% macro refuse_unresolved_records() %}
{#-
  After company_resolution is written: every record that it had to resolve has
  the result that the rule finds, and a name that is temporary has its id. A run of which this cannot be said fails, and
  its watermark stays where it was.

  Applies the rule to what the run has read and no more. A table that was just built is only counted, unless the counts differ.
-#}
{%- set affected_matches = company_enrichment.affected_matches() -%}
{%- if execute -%}
    {%- set left_out -%}
    select matches.record_id as key
    from (
        {{ affected_matches }}
    ) as matches
    left join {{ this }} as resolution on matches.record_id = resolution.record_id
    where
        {%- if not is_incremental() or company_enrichment.is_filled_at_once() %}
        (select count(*) from {{ ref('customer_record_keys') }}) <> (select count(*) from {{ this }}) and
        {%- endif %}
        -- A name that has no id has no result either.
        (resolution.status, resolution.match_type, resolution.matched_key, resolution.company_id) is distinct from (
            matches.status,
            matches.match_type,
            matches.matched_key,
            coalesce(matches.company_id, case when matches.status = 'temporary' then matches.temp_id end)
        )
    {%- endset -%}
    {%- do company_enrichment.refuse_left_out(left_out, "records without a result, or with an old one") -%}
{%- endif -%}
{% endmacro %}
