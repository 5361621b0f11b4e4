{% macro refuse_long_schema_name() %}
{#-
  Stops with an error where PostgreSQL would cut the name of the schema: the first run would work, and the second would not
  find what is there. Python refuses the same names (company_enrichment/settings.py).
-#}
{%- set length = target.schema.encode('utf-8') | length -%}
{%- if length > 63 -%}
    {{ exceptions.raise_compiler_error(
        "WDH_DATABASE__SCHEMA is " ~ target.schema ~ ", of " ~ length ~ " bytes; PostgreSQL allows at most 63. Choose a shorter name.") }}
{%- endif -%}
{% endmacro %}
