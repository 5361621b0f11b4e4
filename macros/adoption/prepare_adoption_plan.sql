{% macro prepare_adoption_plan() %}
{#-
  Makes the open transaction one that adopt can plan in: read only, with the functions of the name key that the adoption
  itself would use. Where these are not deployed yet they are created first; the transaction is rolled back.
-#}
{%- set deployed = company_enrichment.deployed_schema() -%}
{%- set plan = company_enrichment.deployment_plan(deployed) -%}
{%- if deployed is none or deployed.name_key_hash != plan.name_key_hash -%}
    {%- if not company_enrichment.has_schema(target.schema) -%}
        {%- call company_enrichment.run_sql() -%} create schema {{ company_enrichment.quoted_name(target.schema) }} {%- endcall -%}
    {%- endif -%}
    {%- for ddl in company_enrichment.name_key_functions().values() -%}
        {%- do run_query(ddl) -%}
    {%- endfor -%}
{%- endif -%}
{%- do run_query("set transaction read only") -%}
{% endmacro %}
