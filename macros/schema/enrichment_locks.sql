{% macro enrichment_locks() %}
{#-
  DDL of enrichment_locks: one row per lock that hold_lock() takes. Locks of rows, because anybody who may connect could
  take an advisory lock whose key can be guessed; these need a right on the table. Whoever may land mappings has it, which
  spares older deployments another grant_access. Owner: hold_lock().
-#}
do $enrichment_locks$
declare
    grantee text;
begin
    if to_regclass('{{ target.schema }}.enrichment_locks') is not null then
        return;
    end if;
    create table if not exists {{ target.schema }}.enrichment_locks (name text primary key);
    for grantee in
        select granted.grantee::regrole::text
        from pg_class
        cross join lateral aclexplode(pg_class.relacl) as granted
        where
            pg_class.oid = '{{ target.schema }}.landed_loads'::regclass
            and granted.privilege_type = 'INSERT'
            and granted.grantee not in (0, pg_class.relowner)
    loop
        execute format('grant select, insert, update on {{ target.schema }}.enrichment_locks to %s', grantee);
    end loop;
end
$enrichment_locks$
{% endmacro %}
