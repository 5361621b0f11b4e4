{% macro hold_first_lock(lock_name) %}
{#-
  The lock of a first deployment, as a statement: an advisory one, until the end of the transaction. The error of a lock
  that was waited for in vain names who has it.

  Argument
    lock_name  name of the lock
-#}
{%- set key = "hashtextextended('" ~ lock_name ~ "', 0)" -%}
do $hold_first_lock$
begin
    perform pg_advisory_xact_lock({{ key }});
exception when lock_not_available then
    {{ company_enrichment.raise_lock_timeout(
        "'advisory lock " ~ lock_name ~ "'",
        "held.locktype = 'advisory' and held.objsubid = 1 and (held.classid::bigint << 32 | held.objid::bigint) = " ~ key
    ) | indent(4) }};
end
$hold_first_lock$
{%- endmacro %}
