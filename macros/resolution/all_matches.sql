{% macro all_matches() %}
{#-
  What the resolution rule finds for every record, as a relation; for operations. They cannot read the view
  record_matches: dbt drops it with each staging view that a run of some models replaces.
-#}
(
    {{ company_enrichment.record_matches(
        company_enrichment.qualified('customer_record_keys'),
        company_enrichment.qualified('company_mapping'),
        company_enrichment.qualified('company_lookup_cache'),
        company_enrichment.qualified('temp_company_ids')) | indent(4) }}
)
{%- endmacro %}
