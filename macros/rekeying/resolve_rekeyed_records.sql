{% macro resolve_rekeyed_records() %}
{#- Cache, temporary ids, result, history and crosswalk by the new keys, as the next run of dbt would derive them. -#}
{%- set schema = target.schema -%}
{%- set resolution = company_enrichment.qualified('company_resolution') -%}
{%- set history = company_enrichment.qualified('company_resolution_changes') -%}
{%- set record_keys = company_enrichment.qualified('customer_record_keys') -%}
{%- set ledger = company_enrichment.qualified('temp_company_ids') -%}
{%- set answers = company_enrichment.stored_best_answers() -%}
{%- call company_enrichment.run_sql() -%}
delete from {{ schema }}.company_lookup_cache as stored
where not exists (
    select from (
        {{ answers | indent(8) }}
    ) as answer
    where answer.normalized_name = stored.normalized_name
)
{%- endcall -%}
{%- do company_enrichment.merge_into_model('company_lookup_cache', answers) -%}
{%- call company_enrichment.run_sql() -%}
select count(*)
from {{ schema }}.assign_temp_ids(array(
    select name
    from (
        {{ company_enrichment.names_without_id(company_enrichment.all_matches(), record_keys, ledger) | indent(8) }}
    ) as without_id
    order by first_loaded_at, normalized_name
))
{%- endcall -%}
{#- What a killed run has left out is not the rules' doing. -#}
{%- do company_enrichment.merge_into_model(
    'company_resolution_changes', company_enrichment.resolution_changes(resolution, history)) -%}
{%- set resolved -%}
select resolution.*, now() as resolved_at
from (
    {{ company_enrichment.resolution_of(company_enrichment.all_matches()) | indent(4) }}
) as resolution
{%- endset -%}
{%- do company_enrichment.merge_into_model('company_resolution', resolved, ['resolved_at']) -%}
{%- do company_enrichment.merge_into_model(
    'company_resolution_changes', company_enrichment.resolution_changes(resolution, history, 'rekeyed')) -%}
{%- do company_enrichment.merge_crosswalk() -%}
{% endmacro %}
