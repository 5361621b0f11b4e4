{% macro index_temporary_ids(column) %}
{#-
  Post-hook: an index of the temporary ids in a column by their number, so that the highest is found without reading
  the table. Without a name of its own, because in a full refresh the old table still holds it.

  Argument
    column  name of the column
-#}
{%- if execute -%}
    {%- set expression = 'char_length(' ~ column ~ ')' -%}
    {%- if not run_query(
        "select 1 from pg_index where indrelid = to_regclass(" ~ company_enrichment.quoted(this) ~ ") and pg_get_indexdef(indexrelid) like '%" ~ expression ~ "%'"
    ).rows -%}
create index on {{ this }} (({{ expression }}), {{ column }}) where {{ company_enrichment.is_temporary_id(column) }}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
