{% macro operational_tables() %}
{#- The names of the operational tables, and of the indexes and triggers that their DDL gives them: {tables, parts}. -#}
{%- set ddl = (
    [company_enrichment.temp_id_sequence(), company_enrichment.schema_migrations()] + company_enrichment.schema_objects('')
) | join(';') -%}
{%- set created -%} create table if not exists {{ target.schema }}[.](\w+) {%- endset -%}
{{- return({
    'tables': modules.re.findall(created, ddl),
    'parts': modules.re.findall(
        'create (?:or replace )?(?:constraint )?(?:unique )?(?:index|trigger) (?:if not exists )?(\\w+)', ddl),
}) -}}
{% endmacro %}
