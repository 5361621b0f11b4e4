{% macro index_columns(columns, where=none) %}
{#-
  Post-hook of a model: an index over columns, unless there is one. Without a name of its own, because in a full refresh
  the old table still holds it; dbt's own config makes indexes in a first build only.

  Arguments
    columns  list of names
    where    condition of a partial index; one index at most over the same columns may be partial
-#}
{%- if execute -%}
    {%- if not run_query(
        "select 1 from pg_index where indrelid = to_regclass('" ~ this ~ "') and indpred is " ~ ('not ' if where else '') ~ "null"
        ~ " and (select array_agg(attname::text order by array_position(indkey, attnum)) from pg_attribute"
        ~ " where attrelid = indrelid and attnum = any(indkey)) = array['" ~ columns | join("', '") ~ "']"
    ).rows -%}
create index on {{ this }} ({{ columns | join(', ') }}){{ ' where ' ~ where if where }}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
