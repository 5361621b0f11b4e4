{% macro begin_run() %}
{#-
  on-run-start: deploys what is missing; for a run that builds models of this project, takes its lease and opens its row in
  enrichment_runs. Does nothing in commands that build nothing (compile, docs generate, ls), which run this hook too, and in
  those of an installing project that select nothing of ours.
-#}
{#- dbt itself would paste such a name into the statement that creates the schema, before this hook is called. -#}
{%- if not execute and (project_name == 'company_enrichment' or '"' in target.schema) -%}
    {%- do company_enrichment.refuse_unusable_schema() -%}
{%- endif -%}
{%- if execute and flags.WHICH in ('run', 'build', 'seed', 'test', 'snapshot', 'freshness')
        and company_enrichment.selects_ours(selected_resources) -%}
    {%- do company_enrichment.check_settings() -%}
    {%- do company_enrichment.warn_of_unknown_vars() -%}
    {%- do company_enrichment.refuse_relocated_models() -%}
    {%- if company_enrichment.builds_models(selected_resources) -%}
        {%- do company_enrichment.refuse_flags(selected_resources) -%}
    {%- endif -%}
    {%- do company_enrichment.deploy_schema() -%}
    {%- if flags.WHICH in ('run', 'build', 'seed') -%}
        {%- do company_enrichment.withdraw_unlisted_seeds() -%}
    {%- endif -%}
    {%- if company_enrichment.builds_models(selected_resources) -%}
        {%- do company_enrichment.refuse_models_of_others() -%}
        {%- do company_enrichment.repair_restored_tables() -%}
        {%- do company_enrichment.lift_sequence_behind_published_ids() -%}
        {#- Last: a run that fails in this hook has no on-run-end, which would give the lease back. -#}
        {%- do company_enrichment.take_run_lease() -%}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
