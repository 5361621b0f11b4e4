{% macro run_ddl(statements) %}
{#-
  Statements of DDL in the transaction that is open, wrapped so that they disturb nobody for long: they wait for a lock for
  at most a second at a time, and let go in between, because whoever comes after them waits behind them, also readers. When
  lock_timeout is over, an error names who has locks on the schema.

  Argument
    statements  SQL, without anything that a transaction cannot do
-#}
{%- set wanted -%} 'a table or view of schema {{ target.schema }}' {%- endset -%}
{%- set held -%}
held.relation in (
    select pg_class.oid
    from pg_catalog.pg_class
    inner join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
    where nspname = '{{ target.schema }}' and relkind in ('r', 'v', 'm', 'p')
)
{%- endset -%}
do $run_ddl$
declare
    patience constant integer := (select setting from pg_catalog.pg_settings where name = 'lock_timeout');
    give_up_at constant timestamptz := clock_timestamp() + patience * interval '1 millisecond';
begin
    loop
        begin
            if patience = 0 or patience > 1000 then
                perform set_config('lock_timeout', '1s', true);
            end if;
            execute $statements${{ statements }}$statements$;
            perform set_config('lock_timeout', patience::text, true);
            return;
        exception when lock_not_available then
            if patience > 0 and clock_timestamp() >= give_up_at then
                {{ company_enrichment.raise_lock_timeout(wanted, held) | indent(16) }};
            end if;
            perform pg_sleep(0.5);
        end;
    end loop;
end
$run_ddl$
{%- endmacro %}
