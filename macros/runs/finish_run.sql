{% macro finish_run() %}
{#- on-run-end: completes the row of this run in enrichment_runs with the counts of run_summary(). -#}
{%- if execute and flags.WHICH in ('run', 'build') -%}
    {%- set failed = results | selectattr('status', 'in', ['error', 'fail', 'runtime error']) | list -%}
    {%- set counted = load_relation(api.Relation.create(
        database=target.database, schema=target.schema, identifier='company_resolution_changes')) is not none -%}
    {%- do run_query(
        "update " ~ target.schema ~ ".enrichment_runs as run set finished_at = clock_timestamp(), status = '"
        ~ ('error' if failed else 'success') ~ "'"
        ~ (", " ~ company_enrichment.run_summary() if counted else "")
        ~ " where run.run_id = '" ~ company_enrichment.run_id() ~ "'") -%}
{%- endif -%}
{% endmacro %}
