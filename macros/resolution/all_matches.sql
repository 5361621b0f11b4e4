{% macro all_matches() %}
{#-
  What the resolution rule finds for every record, as a relation; for operations. They cannot read the view
  record_matches: dbt drops it with each staging view that a run of some models replaces.
-#}
{{- return("(" ~ company_enrichment.record_matches(
    target.schema ~ '.customer_record_keys', target.schema ~ '.company_mapping', target.schema ~ '.company_lookup_cache',
    target.schema ~ '.temp_company_ids') ~ ")") -}}
{% endmacro %}
