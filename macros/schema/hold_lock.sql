{% macro hold_lock() %}
{#-
  DDL of hold_lock(lock_name), which takes a lock of this schema until the end of the transaction and waits for who has it,
  as long as lock_timeout says; then an error names the sessions that may have it. Who may write enrichment_locks may call
  it with success.
-#}
{%- set wanted -%} format('lock %s of schema {{ target.schema }}', lock_name) {%- endset -%}
{%- set held -%}
held.relation = '{{ target.schema }}.enrichment_locks'::regclass and held.mode = 'RowShareLock'
{%- endset -%}
create or replace function {{ target.schema }}.hold_lock(lock_name text)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $hold_lock$
begin
    if not exists (select from {{ target.schema }}.enrichment_locks where name = lock_name) then
        insert into {{ target.schema }}.enrichment_locks (name) values (lock_name) on conflict do nothing;
    end if;
    perform from {{ target.schema }}.enrichment_locks where name = lock_name for update;
exception when lock_not_available then
    {{ company_enrichment.raise_lock_timeout(wanted, held) | indent(4) }};
end
$hold_lock$
{% endmacro %}
