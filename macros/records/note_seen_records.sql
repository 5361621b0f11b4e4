{% macro note_seen_records() %}
{#-
  Before customer_record_keys is written: notes the greatest changed_at of an installing
  project's records. What is committed after this with a greater one, the next run reads. end_table() keeps it.
-#}
{%- set given = company_enrichment.customer_records_relation() -%}
{%- if given and given.changed_at -%}
select set_config('company_enrichment.seen_through', coalesce(max(records.changed_in)::text, ''), true)
from {{ ref('stg_customer_records') }} as records
{%- endif -%}
{% endmacro %}
