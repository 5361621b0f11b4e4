{% macro added_column(table, column, definition) %}
{#-
  DDL that adds a column to a table of an earlier version. Nothing at all is done where the column is there already: ALTER
  TABLE would lock out readers for that, and a reader that waits for something else would lock out the deployment.

  Arguments
    table       its name
    column      the column's
    definition  its type and constraints
-#}
do $added_column$
begin
    if not exists (
        select from pg_attribute
        where attrelid = '{{ target.schema }}.{{ table }}'::regclass and attname = '{{ column }}' and not attisdropped
    ) then
        alter table {{ target.schema }}.{{ table }} add column {{ column }} {{ definition }};
    end if;
end
$added_column$
{%- endmacro %}
