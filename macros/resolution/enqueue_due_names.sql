{% macro enqueue_due_names() %}
{#-
  After company_resolution is written: asks for names to be looked up, by the queue's own rule. Not for all of them in each
  run: for those of records that have become temporary, and for those that are due again since the last run, because the
  answer to them has expired or their lookup failed longer ago than failed_retry_days. Not for names that only deleted records have;
  they are asked for when one is restored. (Records of an installing project are not looked up for that: they need not say
  when they changed.)
-#}
{%- set records = ref('stg_customer_records') -%}
{%- if execute and not company_enrichment.is_empty_run() -%}
    {%- set since = none if company_enrichment.is_filled_at_once() else company_enrichment.watermark() -%}
    {%- set record_keys = ref('customer_record_keys') -%}
    {%- set knows_deletions = not company_enrichment.customer_records_relation() -%}
select count(*) from {{ target.schema }}.enqueue_names(array(
    select distinct on (record_keys.normalized_customer_name) record_keys.customer_name
    from (
        select resolution.record_id
        from {{ this }} as resolution
        where resolution.is_temporary and {{ company_enrichment.is_changed('resolution', since) }}
        {%- if knows_deletions and since is not none %}
        union
        select record.record_id
        from {{ records }} as record
        where {{ company_enrichment.is_changed('record', since) }}
        {%- endif %}
        union
        select record_keys.record_id
        from {{ ref('company_lookup_cache') }} as answer
        inner join {{ record_keys }} as record_keys on record_keys.normalized_customer_name = answer.normalized_name
        where answer.expires_at <= now()
        {%- if since is not none %}
        and answer.expires_at > (
            select noted.updated_at from {{ target.schema }}.model_watermarks as noted where noted.model = {{ company_enrichment.quoted(this.identifier) }}
        )
        union
        select record_keys.record_id
        from {{ target.schema }}.model_watermarks as noted
        inner join {{ target.schema }}.lookup_requests as request
            on request.status = 'failed'
            and request.finished_at > noted.updated_at - interval '{{ company_enrichment.checked_var('failed_retry_days') }} days'
            and request.finished_at <= now() - interval '{{ company_enrichment.checked_var('failed_retry_days') }} days'
        inner join {{ record_keys }} as record_keys on record_keys.normalized_customer_name = request.normalized_name
        where noted.model = {{ company_enrichment.quoted(this.identifier) }}
        {%- endif %}
    ) as considered
    inner join {{ this }} as resolution
        on resolution.record_id = considered.record_id and (resolution.is_temporary or resolution.match_type = 'lookup')
    inner join {{ record_keys }} as record_keys on record_keys.record_id = considered.record_id
    {%- if knows_deletions %}
    inner join {{ records }} as record on record.record_id = considered.record_id and record.deleted_at is null
    {%- endif %}
    order by record_keys.normalized_customer_name, record_keys.loaded_at, record_keys.record_id
))
{%- endif -%}
{% endmacro %}
