{% macro refuse_unread_records() %}
{#-
  After customer_record_keys is written: every record that it has read has its keys there, made from what the record says. Not
  for the first build or a table filled at once, which write what they read by one statement, nor for records of an installing
  project: whether one was committed before or after the query cannot be told.
-#}
{%- set records = ref('stg_customer_records') -%}
{%- if execute and is_incremental() and not company_enrichment.is_filled_at_once()
        and not company_enrichment.customer_records_relation() -%}
    {%- set left_out -%}
    select record.record_id as key
    from {{ records }} as record
    left join {{ this }} as stored on record.record_id = stored.record_id
    where
        {{ company_enrichment.is_changed('record', company_enrichment.watermark()) }}
        and {{ company_enrichment.is_seen('record') }}
        and (
            stored.record_id is null
            or (stored.source_system, stored.raw_plan_code, stored.raw_account_number, stored.customer_name, stored.account_name)
            is distinct from
            (record.source_system, record.plan_code, record.account_number, record.customer_name, record.account_name)
        )
    {%- endset -%}
    {%- do company_enrichment.refuse_left_out(left_out, "records without keys, or with old ones") -%}
{%- endif -%}
{% endmacro %}
