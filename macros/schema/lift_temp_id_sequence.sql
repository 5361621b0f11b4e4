{% macro lift_temp_id_sequence() %}
{#-
  DDL of lift_temp_id_sequence(at_least): puts the counter of temporary ids behind a number that is in use already, and
  never lowers it. Returns the counter. For the run hook, whose user may not write the sequence: so it lifts no further than
  the var published_temp_id_limit beyond the highest number in the ledger, which grows by ids that are issued alone. The
  owner of the tables, whom nothing keeps from writing the counter, uses lift_counter().
-#}
create or replace function {{ target.schema }}.lift_temp_id_sequence(at_least integer)
returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
declare
    highest bigint;
    reached integer;
begin
    insert into {{ target.schema }}.temp_id_sequence default values on conflict do nothing;
    select last_number into reached from {{ target.schema }}.temp_id_sequence;
    if reached < at_least then
        select coalesce(max(issued.temp_number), 0) into highest from {{ target.schema }}.temp_company_ids as issued;
        if at_least > highest + {{ company_enrichment.checked_var('published_temp_id_limit') }} then
            raise exception 'The counter of temporary ids is not lifted to %: the highest id issued is number %, and the limit beyond it {{ company_enrichment.checked_var('published_temp_id_limit') }}',
                at_least, highest
                using errcode = 'program_limit_exceeded', hint = 'The var published_temp_id_limit sets the limit. The owner'
                    || ' of the tables lifts further: dbt run-operation migrate_temp_id_sequence, with at_least';
        end if;
    end if;
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
