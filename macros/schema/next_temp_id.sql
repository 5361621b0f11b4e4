{% macro next_temp_id() %}
{#- DDL of next_temp_id(): the next plain temporary id, for no name; entered in the ledger like any other. -#}
create or replace function {{ target.schema }}.next_temp_id()
returns text
language sql
security definer
set search_path = pg_catalog, pg_temp
as $body$
    insert into {{ target.schema }}.temp_company_ids (temp_number)
    values ({{ target.schema }}.take_temp_numbers(1))
    returning temp_id
$body$
;
revoke execute on function {{ target.schema }}.next_temp_id() from public
{% endmacro %}
