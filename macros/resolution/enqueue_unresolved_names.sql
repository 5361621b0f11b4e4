{% macro enqueue_unresolved_names() %}
{#-
  Post-hook of company_resolution: asks for unresolved names to be looked up, by the queue's own rule. Not for all of them
  in each run: for those of records that have become temporary, and those that are due again since the last run, because
  a registry did not know them or their lookup failed so and so many days ago. Before advance_watermark().
-#}
{%- if execute -%}
    {%- set since = company_enrichment.watermark() -%}
    {%- set record_keys = ref('customer_record_keys') -%}
select count(*) from {{ target.schema }}.enqueue_names(array(
    select distinct on (record_keys.normalized_customer_name) record_keys.customer_name
    from (
        select resolution.record_id
        from {{ this }} as resolution
        where resolution.is_temporary and {{ company_enrichment.is_changed('resolution', since) }}
        {%- if since is not none %}
        union
        select record_keys.record_id
        from {{ target.schema }}.model_watermarks as noted
        inner join {{ ref('company_lookup_cache') }} as answer
            on answer.outcome = 'not_found'
            and answer.answered_at > noted.updated_at - interval '{{ var("not_found_retry_days") | int }} days'
            and answer.answered_at <= now() - interval '{{ var("not_found_retry_days") | int }} days'
        inner join {{ record_keys }} as record_keys on record_keys.normalized_customer_name = answer.normalized_name
        where noted.model = '{{ this.identifier }}'
        union
        select record_keys.record_id
        from {{ target.schema }}.model_watermarks as noted
        inner join {{ target.schema }}.lookup_requests as request
            on request.status = 'failed'
            and request.finished_at > noted.updated_at - interval '{{ var("failed_retry_days") | int }} days'
            and request.finished_at <= now() - interval '{{ var("failed_retry_days") | int }} days'
        inner join {{ record_keys }} as record_keys on record_keys.normalized_customer_name = request.normalized_name
        where noted.model = '{{ this.identifier }}'
        {%- endif %}
    ) as considered
    inner join {{ this }} as resolution on resolution.record_id = considered.record_id and resolution.is_temporary
    inner join {{ record_keys }} as record_keys on record_keys.record_id = considered.record_id
    order by record_keys.normalized_customer_name, record_keys.loaded_at, record_keys.record_id
))
{%- endif -%}
{% endmacro %}
