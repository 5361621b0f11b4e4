{% macro affected_matches() %}
{#-
  What the resolution rule finds for the records that company_resolution has to resolve, as a query; for the macros that run
  before and after it. The model itself is the same, step by step.
-#}
{%- set record_keys, company_mapping, company_lookup_cache = (
    ref('customer_record_keys'), ref('company_mapping'), ref('company_lookup_cache')
) -%}
with

affected as (

    {{ company_enrichment.affected_record_keys(
        record_keys, company_mapping, company_lookup_cache, company_enrichment.watermark()) | indent(4) }}

)

{{ company_enrichment.record_matches('affected', company_mapping, company_lookup_cache, ref('stg_temp_company_ids')) }}
{%- endmacro %}
