{% macro changed_in_column(table) %}
{#-
  DDL of the column changed_in of an operational table that models read: the transaction that last wrote the row. Models
  find by it what was committed since they last looked, however late (is_changed()). The column, its index and the trigger
  that renews it come together, and only where the column is missing (see added_column()).

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
do $changed_in_column$
begin
    if not exists (
        select from pg_attribute
        where attrelid = '{{ relation }}'::regclass and attname = 'changed_in' and not attisdropped
    ) then
        alter table {{ relation }} add column changed_in xid8 not null default pg_current_xact_id();
        create index {{ table }}_changed_in on {{ relation }} (changed_in);
        create trigger renew_changed_in before update on {{ relation }}
        for each row execute function {{ target.schema }}.renew_changed_in();
    end if;
end
$changed_in_column$
{%- endmacro %}
