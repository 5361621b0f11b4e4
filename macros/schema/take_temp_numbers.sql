{% macro take_temp_numbers() %}
{#-
  DDL of take_temp_numbers(how_many): reserves a block of numbers and returns its first. A sequence
  that lies behind the ledger (restored from an older backup) is lifted, never followed.
  Private to assign_temp_ids() and next_temp_id().
-#}
create or replace function {{ target.schema }}.take_temp_numbers(how_many integer)
returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
declare
    reached integer;
begin
    -- A commit that the server may lose in a crash would give its numbers to others afterwards.
    if current_setting('synchronous_commit') = 'off' then
        perform set_config('synchronous_commit', 'on', true);
    end if;
    insert into {{ target.schema }}.temp_id_sequence default values on conflict do nothing;
    perform from {{ target.schema }}.temp_id_sequence for update;
    update {{ target.schema }}.temp_id_sequence
    set
        last_number = greatest(
            last_number, (select coalesce(max(issued.temp_number), 0) from {{ target.schema }}.temp_company_ids as issued)
        ) + how_many,
        updated_at = now()
    returning last_number into reached;
    return reached - how_many + 1;
exception
    when numeric_value_out_of_range then
        raise exception 'Temporary ids have reached the end of INTEGER: % more do not fit', how_many
            using errcode = 'program_limit_exceeded';
end
$body$
;
revoke execute on function {{ target.schema }}.take_temp_numbers(integer) from public
{% endmacro %}
