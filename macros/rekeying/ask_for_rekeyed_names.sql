{% macro ask_for_rekeyed_names() %}
{#-
  Asks for the unknown names again whose answers have ended because their keys changed; by the queue's own rule, so that a name
  whose new key a registry has answered lately, or that is asked for already, is left.
-#}
{%- set schema = target.schema -%}
{%- set asked -%}
select count(*) filter (where enqueued.outcome = 'new')
from {{ schema }}.enqueue_names(array(
    select distinct on (record_keys.normalized_customer_name) record_keys.customer_name
    from ended_answers as ended
    inner join {{ schema }}.lookup_answers as answer on answer.answer_id = ended.answer_id
    inner join {{ schema }}.customer_record_keys as record_keys on record_keys.normalized_customer_name = answer.normalized_name
    inner join {{ schema }}.company_resolution as resolution
        on resolution.record_id = record_keys.record_id and resolution.is_temporary
    order by record_keys.normalized_customer_name, record_keys.loaded_at, record_keys.record_id
)) as enqueued
{%- endset -%}
{%- set requests = company_enrichment.value_of(asked) | int -%}
{%- if requests > 0 -%}
    {%- call company_enrichment.say('rekey_company_names') -%} {{ requests }} names are asked for again {%- endcall -%}
{%- endif -%}
{% endmacro %}
