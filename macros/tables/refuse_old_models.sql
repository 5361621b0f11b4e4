{% macro refuse_old_models() %}
{#- Stops with an error where the models have not been built, or by an older version: an operation cannot write into them. -#}
{%- if not run_query(
    "select 1 from pg_attribute where attrelid = to_regclass('" ~ target.schema ~ ".company_resolution') and attname = 'changed_in'"
    ~ " and to_regclass('" ~ target.schema ~ ".company_mapping_history') is not null"
    ~ " and exists (select from pg_attribute where attrelid = to_regclass('" ~ target.schema ~ ".company_resolution_changes')"
    ~ " and attname = 'correction_id')"
    ~ " and exists (select from pg_attribute where attrelid = to_regclass('" ~ target.schema ~ ".company_resolution')"
    ~ " and attname = 'unresolvable_reason')"
).rows -%}
    {{ exceptions.raise_compiler_error(
        "The models of schema " ~ target.schema ~ " are not there, or were built by an older version. Build them first: dbt run") }}
{%- endif -%}
{% endmacro %}
