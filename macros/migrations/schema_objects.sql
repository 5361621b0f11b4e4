{% macro schema_objects(name_key_hash) %}
{#-
  What a deployment consists of, in order: the DDL of every operational table and function but
  the name key's. Tables come before what refers to them.

  Argument
    name_key_hash  hash of the rules of the name key in force
-#}
{{- return([
    company_enrichment.company_name_key_version(name_key_hash),
    company_enrichment.company_name_core(),
    company_enrichment.company_name_differences(),
    company_enrichment.clean_company_id(),
    company_enrichment.company_id_fault(),
    company_enrichment.customer_records(),
    company_enrichment.ingest_files(),
    company_enrichment.ingest_rejects(),
    company_enrichment.ingest_period_records(),
    company_enrichment.mapping_records(),
    company_enrichment.landed_loads(),
    company_enrichment.lookup_requests(),
    company_enrichment.lookup_answers(),
    company_enrichment.veto_of_answers(),
    company_enrichment.provider_state(),
    company_enrichment.temp_company_ids(),
    company_enrichment.adopted_temp_ids(),
    company_enrichment.enrichment_runs(),
    company_enrichment.resolution_totals(),
    company_enrichment.model_watermarks(),
    company_enrichment.company_id_corrections(),
    company_enrichment.corrected_aliases(),
    company_enrichment.gate_of_company_ids(),
    company_enrichment.normalize_code(),
    company_enrichment.mapping_alias_name(),
    company_enrichment.mapping_fault(),
    company_enrichment.mapping_source_priority(),
    company_enrichment.mapping_claims(),
    company_enrichment.plan_mapping_load(),
    company_enrichment.take_temp_numbers(),
    company_enrichment.lift_temp_id_sequence(),
    company_enrichment.assign_temp_ids(),
    company_enrichment.plan_temp_ids(),
    company_enrichment.next_temp_id(),
    company_enrichment.enqueue_names(),
    company_enrichment.plan_enqueue_names(),
    company_enrichment.resolve_company(),
    company_enrichment.resolve_companies(),
    company_enrichment.explain_resolution(),
]) -}}
{% endmacro %}
