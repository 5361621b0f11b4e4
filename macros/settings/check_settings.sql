{% macro check_settings() %}
{#-
  Stops with an error that names everything that is wrong with the vars of this project and with WDH_RUN_ID, before anything
  is deployed. Names a var of the command line that is none and looks like one, too: dbt itself passes over a spelling mistake.
-#}
{%- do company_enrichment.refuse_unusable_schema() -%}
{%- set faults = [] -%}
{%- set known = company_enrichment.declared_vars().keys() | list -%}
{%- for name in known -%}
    {%- do faults.extend(company_enrichment.var_faults(name)) -%}
{%- endfor -%}
{%- for name in (invocation_args_dict.vars if invocation_args_dict.vars is mapping else []) if name not in known -%}
    {%- set meant = company_enrichment.nearest_text(name, known) -%}
    {%- if name == 'company_enrichment' -%}
        {%- do faults.append('--vars has company_enrichment: vars of the command line are not grouped by project. Give them without it') -%}
    {%- elif meant -%}
        {%- do faults.append(company_enrichment.shown(name) ~ ' in --vars is no var. Is ' ~ meant ~ ' meant?') -%}
    {%- elif project_name == 'company_enrichment' -%}
        {%- do faults.append(company_enrichment.shown(name) ~ ' in --vars is no var; dbt_project.yml lists them') -%}
    {%- endif -%}
{%- endfor -%}
{%- if env_var('WDH_SAMPLE', '') not in ('', 'true', 'false') -%}
    {%- do faults.append('WDH_SAMPLE must be true or false, not ' ~ company_enrichment.shown(env_var('WDH_SAMPLE'))) -%}
{%- endif -%}
{%- if execute -%}
    {%- do faults.extend(company_enrichment.value_faults(
        'WDH_RUN_ID', company_enrichment.run_id(), {'is': 'text', 'longest': 200})) -%}
{%- endif -%}
{%- if faults -%}
    {{ exceptions.raise_compiler_error(
        "The settings of company_enrichment cannot be used, and nothing was done:\n  - " ~ faults | join('\n  - ')
        ~ "\nVars are set in dbt_project.yml, below vars, company_enrichment, or by --vars.") }}
{%- endif -%}
{% endmacro %}
