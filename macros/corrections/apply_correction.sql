{% macro apply_correction(decision, undone, correction_id) %}
{#-
  Writes what a recorded correction makes of aliases, cache, records, their history and the crosswalk into the models'
  tables. The next run of dbt derives the same and finds nothing to write.

  Arguments
    decision       what checked_correction() returned
    undone         the correction that the decision undoes, or none
    correction_id  its number
-#}
{%- set resolution = company_enrichment.qualified('company_resolution') -%}
{%- set changes = company_enrichment.qualified('company_resolution_changes') -%}
{%- call company_enrichment.run_sql() -%}
update {{ target.schema }}.company_mapping as alias
set
    company_id = should.company_id,
    correction_id = should.correction_id,
    retired_at = should.retired_at,
    updated_at = now(),
    changed_in = pg_current_xact_id()
from (
    {{ company_enrichment.stored_aliases_in_force() }}
) as should
where
    alias.match_type = should.match_type
    and alias.alias_name = should.alias_name
    and alias.load_id = should.load_id
    and alias.line_no = should.line_no
    and (alias.company_id, alias.correction_id, alias.retired_at)
    is distinct from (should.company_id, should.correction_id, should.retired_at)
{%- endcall -%}
{%- do company_enrichment.merge_alias_history() -%}
{%- do company_enrichment.merge_into_model('company_lookup_cache', company_enrichment.stored_best_answers()) -%}
{#- What a killed run has left out is not the correction's doing. -#}
{%- do company_enrichment.merge_into_model(
    'company_resolution_changes', company_enrichment.resolution_changes(resolution, changes)) -%}
{%- call company_enrichment.run_sql() -%}
update {{ resolution }} as resolution
set
    company_id = matched.company_id,
    status = matched.status,
    match_type = matched.match_type,
    matched_key = matched.matched_key,
    confidence = matched.confidence,
    is_temporary = matched.is_temporary,
    mapping_load_id = matched.mapping_load_id,
    answer_id = matched.answer_id,
    correction_id = matched.correction_id,
    resolved_at = now(),
    changed_in = pg_current_xact_id()
from (
    {{ company_enrichment.resolution_of(company_enrichment.all_matches()) }}
) as matched
where
    matched.record_id = resolution.record_id
    and {{ company_enrichment.moved_records('resolution', decision, undone) }}
{%- endcall -%}
{%- do company_enrichment.merge_into_model('company_resolution_changes', company_enrichment.resolution_changes(
    resolution, changes, decision.kind)) -%}
{%- do company_enrichment.merge_crosswalk() -%}
{% endmacro %}
