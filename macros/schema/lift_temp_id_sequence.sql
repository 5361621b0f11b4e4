{% macro lift_temp_id_sequence() %}
{#-
  DDL of lift_temp_id_sequence(at_least): puts the counter of temporary ids behind a number that is in use already, and
  never lowers it. Returns the counter. For the run hook, whose user may not write the sequence.
-#}
create or replace function {{ target.schema }}.lift_temp_id_sequence(at_least integer)
returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
declare
    reached integer;
begin
    insert into {{ target.schema }}.temp_id_sequence default values on conflict do nothing;
    update {{ target.schema }}.temp_id_sequence
    set last_number = at_least, updated_at = now()
    where last_number < at_least;
    select last_number into reached from {{ target.schema }}.temp_id_sequence;
    return reached;
end
$body$
;
revoke execute on function {{ target.schema }}.lift_temp_id_sequence(integer) from public
{% endmacro %}
