{% macro deployed_schema() %}
{#- The newest row of schema_migrations, or none where nothing was ever deployed. -#}
{%- set schema_migrations = target.schema ~ '.schema_migrations' -%}
{%- if run_query("select to_regclass('" ~ schema_migrations ~ "') is not null").columns[0].values()[0] -%}
    {%- set rows = run_query(
        "select version, content_hash, name_key_hash from " ~ schema_migrations ~ " order by applied_at desc limit 1"
    ).rows -%}
    {{- return(rows[0] if rows else none) -}}
{%- endif -%}
{{- return(none) -}}
{% endmacro %}
