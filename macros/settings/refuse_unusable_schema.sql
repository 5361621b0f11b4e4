{% macro refuse_unusable_schema() %}
{#-
  Stops with an error where the schema of the target has a name that cannot be used everywhere without quotes, that PostgreSQL
  would cut, or that belongs to PostgreSQL. Python refuses the same names with the same words (company_enrichment/settings.py;
  a test compares both).
-#}
{%- if not modules.re.fullmatch('(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}', target.schema) -%}
    {%- call company_enrichment.refuse() -%}
        WDH_DATABASE__SCHEMA is {{ company_enrichment.shown(target.schema) }}; it must be 1 to 63 lower-case letters, digits and
        underscores, begin with no digit, and be none of PostgreSQL's own schemas: information_schema, pg_…
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
