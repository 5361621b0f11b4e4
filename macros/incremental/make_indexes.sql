{% macro make_indexes() %}
{#-
  Post-hook of a table: those indexes of its config.meta.table_indexes that are missing. Without names of their own, because in a
  full refresh the old table still holds them; dbt's own config makes indexes in a first build only.

  An entry has columns, and where, the condition of a partial index; one index at most over the same columns may be partial.
-#}
{%- if execute -%}
    {%- set there = [] -%}
    {%- for row in run_query(
        "select indpred is not null, (select string_agg(attname::text, ',' order by array_position(indkey, attnum))"
        ~ " from pg_attribute where attrelid = indrelid and attnum = any(indkey)) from pg_index where indrelid = to_regclass("
        ~ company_enrichment.quoted(this) ~ ")"
    ).rows -%}
        {%- do there.append([row[0], row[1]]) -%}
    {%- endfor -%}
    {%- for index in config.get('meta').table_indexes if ['where' in index, index.columns | join(',')] not in there -%}
create index on {{ this }} ({{ index.columns | join(', ') }}){{ ' where ' ~ index.where if index.where }};
    {% endfor -%}
{%- endif -%}
{% endmacro %}
