{% macro refuse_unknown_schema(deployed) %}
{#-
  Stops with an error where the operational tables are of a version that this project does not know: a newer version of it has
  deployed them, or one of before its first release, 0.1.0. Those had versions up to 9, and rows of schema_migrations without
  numbers or with a version that no release of 0.1.0 has.

  Argument
    deployed  what deployed_schema() returned
-#}
{%- if deployed and company_enrichment._is_unreleased(deployed) -%}
    {%- call company_enrichment.refuse() -%}
        Schema {{ target.schema }} was deployed before the first release, as version {{ deployed.version }}, which cannot be
        brought up. Nothing was done. Deploy to another schema, or drop this one (docs/deployment.md, Versions).
    {%- endcall -%}
{%- elif deployed and deployed.version > company_enrichment.schema_version() -%}
    {%- call company_enrichment.refuse() -%}
        The database has version {{ deployed.version }} of the operational tables, this project knows only
        {{ company_enrichment.schema_version() }}. Deploy the newer company-enrichment.
    {%- endcall -%}
{%- endif -%}
{% endmacro %}

{% macro _is_unreleased(deployed) %}
{#-
  Whether the operational tables are of before the first release.

  Argument
    deployed  what deployed_schema() returned; not none
-#}
{{- return(
    deployed.migration_number is not defined
    or (deployed.version > company_enrichment.schema_version() and deployed.project_version == '0.1.0')
) -}}
{% endmacro %}
