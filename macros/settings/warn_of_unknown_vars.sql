{% macro warn_of_unknown_vars() %}
{#-
  Warns of vars of dbt_project.yml that are none of ours and seem to be meant for us: dbt passes over a spelling mistake, and
  the default counts. Below company_enrichment that is every name that declared_vars() lacks; elsewhere a name that is
  nearly one of ours, which may be another project's, so that it is no error. Those of --vars: check_settings().
-#}
{%- set known = company_enrichment.declared_vars().keys() | list -%}
{%- set vars = adapter.config.vars.to_dict() -%}
{%- for name in (vars.company_enrichment if vars.company_enrichment is mapping else []) if name not in known -%}
    {%- set meant = company_enrichment.nearest_text(name, known) -%}
    {%- set warning -%}
        {{ company_enrichment.shown(name) }} in dbt_project.yml, below vars, company_enrichment, is no var and has no effect.
        {% if meant %}Is {{ meant }} meant?{% else %}The dbt_project.yml of company_enrichment lists them.{% endif %}
    {%- endset -%}
    {%- do exceptions.warn(company_enrichment.one_line(warning)) -%}
{%- endfor -%}
{%- for name, value in vars.items() if name not in known and name != 'company_enrichment' and name != project_name -%}
    {%- set meant = company_enrichment.nearest_text(name, ['company_enrichment'] if value is mapping else known) -%}
    {%- if meant -%}
        {%- set warning -%}
            {{ company_enrichment.shown(name) }} in dbt_project.yml, below vars, is no var of company_enrichment. Is {{ meant }} meant?
        {%- endset -%}
        {%- do exceptions.warn(warning) -%}
    {%- endif -%}
{%- endfor -%}
{% endmacro %}
