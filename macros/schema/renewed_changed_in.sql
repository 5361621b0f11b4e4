{% macro renewed_changed_in(table) %}
{#-
  DDL of what keeps the column changed_in of an operational table that models read: a trigger writes into it which
  transaction last wrote the row. Models find by it, and by its index, what was committed since they last looked, however
  late (is_changed()). Nothing at all is done where the trigger is there already: making it anew would wait for everybody
  who writes the table.

  Argument
    table  its name
-#}
{%- set relation = target.schema ~ '.' ~ table -%}
create or replace function {{ target.schema }}.renew_changed_in() returns trigger
language plpgsql
as $body$
begin
    new.changed_in := pg_catalog.pg_current_xact_id();
    return new;
end
$body$
;
do $renewed_changed_in$
begin
    if not exists (select from pg_trigger where tgrelid = '{{ relation }}'::regclass and tgname = 'renew_changed_in') then
        create index if not exists {{ table }}_changed_in on {{ relation }} (changed_in);
        create trigger renew_changed_in before update on {{ relation }}
        for each row execute function {{ target.schema }}.renew_changed_in();
    end if;
end
$renewed_changed_in$
{%- endmacro %}
