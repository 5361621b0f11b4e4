{% macro refuse_old_models() %}
{#- Stops with an error where the models have not been built, or by an older version: an operation cannot write into them. -#}
{%- set schema = target.schema -%}
{%- set are_present -%}
select
    to_regclass('{{ schema }}.company_mapping_history') is not null
    {%- for relation, column in [
        ('company_resolution', 'changed_in'),
        ('company_resolution_changes', 'correction_id'),
        ('company_resolution', 'name_derived_from'),
    ] %}
    and exists (
        select from pg_attribute where attrelid = to_regclass('{{ schema }}.{{ relation }}') and attname = '{{ column }}'
    )
    {%- endfor %}
{%- endset -%}
{%- if not company_enrichment.value_of(are_present) -%}
    {%- call company_enrichment.refuse() -%}
        The models of schema {{ schema }} are not there, or were built by an older version. Build them first: dbt run
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
