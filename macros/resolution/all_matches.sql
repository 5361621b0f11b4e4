{% macro all_matches() %}
{#-
  What the resolution rule finds for every record, as a relation; for operations. They cannot read the view
  record_matches: dbt drops it with each staging view that a run of some models replaces.
-#}
{%- set schema = target.schema -%}
(
    {{ company_enrichment.record_matches(
        schema ~ '.customer_record_keys', schema ~ '.company_mapping', schema ~ '.company_lookup_cache',
        schema ~ '.temp_company_ids') | indent(4) }}
)
{%- endmacro %}
