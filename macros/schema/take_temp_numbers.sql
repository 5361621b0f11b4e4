{% macro take_temp_numbers() %}
{#-
  DDL of take_temp_numbers(how_many): reserves a block of numbers and returns its first. A sequence
  that lies behind the ledger (restored from an older backup) is lifted, never followed; where both were, temp_id_high_water
  says which numbers were issued, and reenter_temp_ids() enters those again that are in use. The caller enters every number
  that it takes in the ledger.
  Private to assign_temp_ids() and next_temp_id().

  Without an EXCEPTION block, which would be a subtransaction: who waits for one that has ended waits for all of its
  transaction, and so could wait in a circle with a caller who takes an allocation back by a savepoint.
-#}
create or replace function {{ target.schema }}.take_temp_numbers(how_many integer)
returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
declare
    reached bigint;
begin
    -- A commit that the server may lose in a crash would give its numbers to others afterwards.
    if current_setting('synchronous_commit') = 'off' then
        perform set_config('synchronous_commit', 'on', true);
    end if;
    insert into {{ target.schema }}.temp_id_sequence default values on conflict do nothing;
    perform from {{ target.schema }}.temp_id_sequence for update;
    perform from {{ target.schema }}.reenter_temp_ids();
    insert into {{ target.schema }}.temp_id_high_water default values on conflict do nothing;
    select
        greatest(
            counter.last_number,
            (select reached_before.highest_issued from {{ target.schema }}.temp_id_high_water as reached_before),
            (select coalesce(max(issued.temp_number), 0) from {{ target.schema }}.temp_company_ids as issued)
        )::bigint + how_many
    into reached
    from {{ target.schema }}.temp_id_sequence as counter;
    if reached > {{ company_enrichment.highest_temp_number() }} then
        raise exception 'Temporary ids have reached the end of INTEGER: % more do not fit', how_many
            using errcode = 'program_limit_exceeded', hint = 'Where an id that was none has lifted the counter:'
                || ' dbt run-operation withdraw_faulty_company_ids';
    end if;
    update {{ target.schema }}.temp_id_sequence set last_number = reached, updated_at = now();
    update {{ target.schema }}.temp_id_high_water set highest_issued = reached, updated_at = now();
    return reached - how_many + 1;
end
$body$
;
revoke execute on function {{ target.schema }}.take_temp_numbers(integer) from public
{% endmacro %}
