{% macro begin_run() %}
{#-
  on-run-start: deploys what is missing, and opens the row of this run in enrichment_runs. Does nothing
  in commands that build nothing (compile, docs generate, ls), which run this hook too.
-#}
{%- if execute and flags.WHICH in ('run', 'build', 'seed', 'test', 'snapshot', 'freshness') -%}
    {%- do company_enrichment.deploy_schema() -%}
    {%- if flags.WHICH in ('run', 'build') -%}
        {%- do company_enrichment.lift_sequence_behind_published_ids() -%}
        {%- do run_query(
            "insert into " ~ target.schema ~ ".enrichment_runs (run_id, project_version, dbt_version) values ('"
            ~ company_enrichment.run_id() ~ "', '" ~ company_enrichment.project_version() ~ "', '" ~ dbt_version
            ~ "') on conflict (run_id) do update set status = 'running', finished_at = null") -%}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
