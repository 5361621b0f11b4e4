{% macro apply_correction(decision, undone, correction_id) %}
{#-
  Writes what a recorded correction makes of aliases, cache, records, their history and the crosswalk into the models'
  tables. The next run of dbt derives the same and finds nothing to write.

  Arguments
    decision       what checked_correction() returned
    undone         the correction that the decision undoes, or none
    correction_id  its number
-#}
{%- set schema = target.schema -%}
{%- set corrected_aliases, corrections = schema ~ '.corrected_aliases', schema ~ '.company_id_corrections' -%}
{%- do run_query(
    "update " ~ schema ~ ".company_mapping as alias set company_id = should.company_id, correction_id = should.correction_id,"
    ~ " retired_at = should.retired_at, updated_at = now(), changed_in = pg_current_xact_id() from ("
    ~ company_enrichment.aliases_in_force(schema ~ '.mapping_changes', corrected_aliases, corrections) ~ ") as should"
    ~ " where alias.match_type = should.match_type and alias.alias_name = should.alias_name"
    ~ " and alias.load_id = should.load_id and alias.line_no = should.line_no"
    ~ " and (alias.company_id, alias.correction_id, alias.retired_at)"
    ~ " is distinct from (should.company_id, should.correction_id, should.retired_at)") -%}
{%- do company_enrichment.merge_into_model('company_mapping_history', company_enrichment.alias_history_changes(
    schema ~ '.company_mapping', schema ~ '.company_mapping_history')) -%}
{%- do company_enrichment.merge_into_model('company_lookup_cache', company_enrichment.best_answers(
    schema ~ '.lookup_answers', corrected_aliases, corrections)) -%}
{%- set resolution, history = schema ~ '.company_resolution', schema ~ '.company_resolution_changes' -%}
{#- What a killed run has left out is not the correction's doing. -#}
{%- do company_enrichment.merge_into_model(
    'company_resolution_changes', company_enrichment.resolution_changes(resolution, history)) -%}
{%- do run_query(
    "update " ~ resolution ~ " as resolution set "
    ~ "(company_id, status, match_type, matched_key, confidence, is_temporary, mapping_load_id, answer_id, correction_id, resolved_at,"
    ~ " changed_in)"
    ~ " = (matched.company_id, matched.status, matched.match_type, matched.matched_key, matched.confidence,"
    ~ " matched.is_temporary, matched.mapping_load_id, matched.answer_id, matched.correction_id, now(),"
    ~ " pg_current_xact_id())"
    ~ " from (" ~ company_enrichment.resolution_of(company_enrichment.all_matches()) ~ ") as matched"
    ~ " where matched.record_id = resolution.record_id and "
    ~ company_enrichment.moved_records('resolution', decision, undone)) -%}
{%- do company_enrichment.merge_into_model('company_resolution_changes', company_enrichment.resolution_changes(
    resolution, history, decision.kind)) -%}
{%- do company_enrichment.merge_into_model('company_id_crosswalk', company_enrichment.crosswalk_changes(
    schema ~ '.company_id_crosswalk', schema ~ '.temp_company_ids', schema ~ '.company_mapping',
    schema ~ '.company_lookup_cache', corrections)) -%}
{% endmacro %}
