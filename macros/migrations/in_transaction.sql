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
{%- call company_enrichment.run_sql() -%}
set local lock_timeout = {{ company_enrichment.quoted(company_enrichment.checked_var('migration_lock_timeout')) }}
{%- endcall -%}
{%- set is_deployed -%}
select
    to_regprocedure('{{ target.schema }}.hold_lock(text)') is not null
    and to_regclass('{{ target.schema }}.enrichment_locks') is not null
{%- endset -%}
{%- if takes_lock and not company_enrichment.value_of(is_deployed) -%}
    {%- do run_query(company_enrichment._hold_first_lock(company_enrichment.qualified(lock_name))) -%}
{%- endif -%}
{#- Asked again: whoever had the advisory lock has deployed it, and the next one takes no other. -#}
{%- if takes_lock and company_enrichment.value_of(is_deployed) -%}
    {%- call company_enrichment.run_sql() -%} select {{ target.schema }}.hold_lock('{{ lock_name }}') {%- endcall -%}
{%- endif -%}
{{- caller() -}}
{%- do run_query('commit') -%}
{% endmacro %}

{% macro _hold_first_lock(lock_name) %}
{#-
  The lock of a first deployment, as a statement: an advisory one, until the end of the transaction. The error of a lock
  that was waited for in vain names who has it.

  Argument
    lock_name  name of the lock
-#}
{%- set key -%} hashtextextended('{{ lock_name }}', 0) {%- endset -%}
{%- set wanted -%} 'advisory lock {{ lock_name }}' {%- endset -%}
{%- set held -%}
held.locktype = 'advisory' and held.objsubid = 1 and (held.classid::bigint << 32 | held.objid::bigint) = {{ key }}
{%- endset -%}
do $hold_first_lock$
begin
    perform pg_advisory_xact_lock({{ key }});
exception when lock_not_available then
    {{ company_enrichment.raise_lock_timeout(wanted, held) | indent(4) }};
end
$hold_first_lock$
{%- endmacro %}
