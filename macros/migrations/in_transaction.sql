{% macro in_transaction(lock_name, takes_lock=true) %}
{#-
  Runs the block it is called around in ONE transaction, alone: neither a run-operation nor an
  on-run-start hook has a transaction of its own on Postgres. The lock is one of the schema's, see hold_lock(), so two
  deployments in one database do not wait for each other. Before anything is deployed there are only advisory locks, which
  anybody can take; an error names who has it.

  Arguments
    lock_name   name of the lock
    takes_lock  false for what only says what would be done: a lock of a row is a write
-#}
{%- do run_query(company_enrichment.begin_read_committed()) -%}
{%- do run_query("set local lock_timeout = " ~ company_enrichment.quoted(company_enrichment.checked_var('migration_lock_timeout'))) -%}
{%- set is_deployed -%}
select
    to_regprocedure('{{ target.schema }}.hold_lock(text)') is not null
    and to_regclass('{{ target.schema }}.enrichment_locks') is not null
{%- endset -%}
{%- if takes_lock and not run_query(is_deployed).columns[0].values()[0] -%}
    {%- do run_query(company_enrichment.hold_first_lock(target.schema ~ '.' ~ lock_name)) -%}
{%- endif -%}
{#- Asked again: whoever had the advisory lock has deployed it, and the next one takes no other. -#}
{%- if takes_lock and run_query(is_deployed).columns[0].values()[0] -%}
    {%- do run_query("select " ~ target.schema ~ ".hold_lock('" ~ lock_name ~ "')") -%}
{%- endif -%}
{{- caller() -}}
{%- do run_query("commit") -%}
{% endmacro %}
