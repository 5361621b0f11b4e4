{% macro refuse_missing_columns(schema, tables) %}
{#-
  Stops with an error where a table of the predecessor lacks a column that an adoption reads: before anything is said to be
  possible. All of them are named at once.

  Arguments
    schema  the schema of the predecessor's tables
    tables  those that are there, as predecessor_tables() returned them
-#}
{%- set needed = {
    'company_mapping': ['match_type', 'alias_name', 'canonical_id', 'source', 'priority', 'updated_at'],
    'lookup_requests': ['id', 'name', 'normalized_name', 'status', 'attempts', 'last_error', 'created_at', 'updated_at'],
} -%}
{%- set missing = [] -%}
{%- for table in tables if table in needed -%}
    {%- set sql -%}
        select needed.name
        from unnest({{ company_enrichment.quoted_array(needed[table]) }}) with ordinality as needed (name, position)
        where not exists (
            select from pg_attribute
            where
                attrelid = to_regclass(format('%I.%I', {{ company_enrichment.quoted(schema) }}, {{ company_enrichment.quoted(table) }}))
                and attname = needed.name
                and attnum > 0
                and not attisdropped
        )
        order by needed.position
    {%- endset -%}
    {%- for row in run_query(sql).rows -%}
        {%- do missing.append([schema, table, row[0]] | join('.')) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if missing -%}
    {%- call company_enrichment.refuse('adopt') -%}
        the predecessor's tables lack columns that an adoption reads: {{ missing | join(', ') }}. Add what is missing, empty where
        nothing is known, as in: alter table {{ schema }}.company_mapping add column priority integer. Nothing was changed.
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
