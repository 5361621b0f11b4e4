{% macro replace_view(view, sql, definition) %}
{#-
  DDL of a view that view_in_place makes, for run_ddl(). What it was made from is a comment on the rule by which the database
  knows the view, where no description of the view is in its way: a hash of the query, and one of what PostgreSQL has made
  of it.

  Arguments
    view        the relation
    sql         its query
    definition  hash of the query
-#}
create or replace view {{ view }} as (
{{ sql }}
);
do $replace_view$
declare
    path constant text := current_setting('search_path');
    stored text;
begin
    -- As _state_of_view() reads it.
    perform set_config('search_path', '', true);
    stored := md5(pg_get_viewdef('{{ view }}'::regclass));
    perform set_config('search_path', path, true);
    execute format('comment on rule "_RETURN" on {{ view }} is %L', '{{ definition }} ' || stored);
end
$replace_view$
{%- endmacro %}
