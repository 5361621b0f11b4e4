{% macro refuse_newer_schema(deployed) %}
{#-
  Stops with an error where a newer version of this project has deployed the operational tables.

  Argument
    deployed  what deployed_schema() returned
-#}
{%- if deployed and deployed.version > company_enrichment.schema_version() -%}
    {%- call company_enrichment.refuse() -%}
        The database has version {{ deployed.version }} of the operational tables, this project knows only
        {{ company_enrichment.schema_version() }}. Deploy the newer company-enrichment.
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
