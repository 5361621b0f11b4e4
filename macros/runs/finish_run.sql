{% macro finish_run() %}
{#- on-run-end: completes the row of this run in enrichment_runs with the counts of run_summary(). -#}
{%- if execute and flags.WHICH in ('run', 'build') -%}
    {%- set failed = results | selectattr('status', 'in', ['error', 'fail', 'runtime error']) | list -%}
    {#- A run of some models on a new database has nothing to count yet. -#}
    {%- set missing = [] -%}
    {%- for model in ['mapping_changes', 'company_resolution', 'company_resolution_changes', 'company_id_crosswalk']
            if load_relation(api.Relation.create(
                database=target.database, schema=target.schema, identifier=model)) is none -%}
        {%- do missing.append(model) -%}
    {%- endfor -%}
    {%- do run_query(
        "update " ~ target.schema ~ ".enrichment_runs as run set finished_at = clock_timestamp(), status = '"
        ~ ('error' if failed else 'success') ~ "'"
        ~ (", " ~ company_enrichment.run_summary() if not missing else "")
        ~ " where run.run_id = '" ~ company_enrichment.run_id() ~ "'") -%}
{%- endif -%}
{% endmacro %}
