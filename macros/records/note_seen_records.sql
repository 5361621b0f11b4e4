{% macro note_seen_records() %}
{#-
  Pre-hook of customer_record_keys, in its transaction and before its query: notes the greatest changed_at of an installing
  project's records. What is committed after this with a greater one, the next run reads. advance_watermark() keeps it.
-#}
{%- set given = company_enrichment.customer_records_relation() -%}
{%- if given and given.changed_at -%}
select set_config('company_enrichment.seen_through', coalesce(max(records.changed_in)::text, ''), true)
from {{ ref('stg_customer_records') }} as records
{%- endif -%}
{% endmacro %}
