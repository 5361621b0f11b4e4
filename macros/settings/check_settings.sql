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
        {%- set fault -%} {{ company_enrichment.shown(name) }} in --vars is no var. Is {{ meant }} meant? {%- endset -%}
        {%- do faults.append(fault) -%}
    {%- elif project_name == 'company_enrichment' -%}
        {%- set fault -%} {{ company_enrichment.shown(name) }} in --vars is no var; dbt_project.yml lists them {%- endset -%}
        {%- do faults.append(fault) -%}
    {%- endif -%}
{%- endfor -%}
{%- if env_var('WDH_SAMPLE', '') not in ('', 'true', 'false') -%}
    {%- set fault -%} WDH_SAMPLE must be true or false, not {{ company_enrichment.shown(env_var('WDH_SAMPLE')) }} {%- endset -%}
    {%- do faults.append(fault) -%}
{%- endif -%}
{%- if execute -%}
    {%- do faults.extend(company_enrichment.value_faults(
        'WDH_RUN_ID', company_enrichment.run_id(), {'is': 'text', 'longest': 200})) -%}
{%- endif -%}
{%- if faults -%}
    {%- set message -%}
The settings of company_enrichment cannot be used, and nothing was done:
{%- for fault in faults %}
  - {{ fault }}
{%- endfor %}
Vars are set in dbt_project.yml, below vars, company_enrichment, or by --vars.
    {%- endset -%}
    {{ exceptions.raise_compiler_error(message) }}
{%- endif -%}
{% endmacro %}
