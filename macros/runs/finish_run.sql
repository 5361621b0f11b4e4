{% macro finish_run() %}
{#-
  on-run-end: completes the row of this run in enrichment_runs with the counts of run_summary(), and gives its lease back. A
  run that has lost it leaves the row to those who have ended it. Drops the views that have been replaced.
-#}
{%- if execute and company_enrichment.builds_models(selected_resources) -%}
    {%- do run_query(company_enrichment.drop_replaced_views()) -%}
    {%- set failed = results | selectattr('status', 'in', ['error', 'fail', 'runtime error']) | list -%}
    {#- A run of some models on a new database, or on one of an older version, has nothing to count yet. -#}
    {%- set missing = [] -%}
    {%- for model in ['mapping_changes', 'company_mapping', 'company_resolution_changes', 'company_id_crosswalk']
            if load_relation(api.Relation.create(
                database=target.database, schema=target.schema, identifier=model)) is none -%}
        {%- do missing.append(model) -%}
    {%- endfor -%}
    {%- if not company_enrichment.has_resolution_totals(company_enrichment.qualified('company_resolution')) -%}
        {%- do missing.append('resolution_totals') -%}
    {%- endif -%}
    {%- call company_enrichment.run_sql() -%}
update {{ target.schema }}.enrichment_runs as run
set
    lease_until = null,
    finished_at = clock_timestamp(),
    status = '{{ 'error' if failed else 'success' }}'
    {%- if not missing %},
    {{ company_enrichment.run_summary() }}
    {%- endif %}
where run.invocation_id = {{ company_enrichment.quoted(invocation_id) }} and run.lease_until is not null
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
