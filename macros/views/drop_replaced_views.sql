{% macro drop_replaced_views() %}
{#-
  Drops the views that view_in_place has set aside and that nothing rests on any more, as a statement. One that somebody
  reads just now is left for the next run.
-#}
do $drop_replaced_views$
declare
    patience constant text := current_setting('lock_timeout');
    replaced regclass;
begin
    -- A younger one may rest on an older one.
    for replaced in
        select pg_class.oid
        from pg_class
        where relnamespace = to_regnamespace('{{ target.schema }}') and relkind = 'v' and relname ~ '__replaced_[0-9]+$'
        order by pg_class.oid desc
    loop
        begin
            perform set_config('lock_timeout', '1s', true);
            execute format('drop view %s', replaced);
        exception when dependent_objects_still_exist or lock_not_available then
            null;
        end;
        perform set_config('lock_timeout', patience, true);
    end loop;
end
$drop_replaced_views$
{%- endmacro %}
