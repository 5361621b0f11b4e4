{% macro begin_filling_at_once(target_relation, source_relation) %}
{#-
  Makes an empty table ready to be filled by one plain INSERT, where much is to be written: takes its primary key and
  indexes away, which end_filling_at_once() makes again in the same transaction. Returns whether it has: the rows can then neither be
  there already nor meet another writer's.

  Not where the table may change or keep out what is written (triggers, rules, row security), nor where somebody else's object needs the primary
  key, nor where somebody reads the table and does not end soon: it is locked until the transaction ends, and its readers wait.

  Arguments
    target_relation  the table
    source_relation  its rows to be
-#}
{%- set counting = (config.get('meta') or {}).get('counting_trigger') -%}
{%- set is_worth_it -%}
select 1
from pg_class as stored
where
    stored.oid = to_regclass({{ company_enrichment.quoted(target_relation) }})
    and stored.relkind = 'r'
    and pg_has_role(stored.relowner, 'usage')
    and not (stored.relhasrules or stored.relrowsecurity or stored.relispartition or stored.relhassubclass)
    and not exists (
        select from pg_trigger
        where tgrelid = stored.oid and not tgisinternal and tgenabled <> 'D'
        {%- if counting %} and tgfoid is distinct from to_regproc({{ company_enrichment.quoted(target.schema ~ '.' ~ counting.function) }}){% endif %}
    )
    and not exists (select from {{ target_relation }})
    -- Fewer rows are written as fast as indexes are made.
    and (select count(*) from (select from {{ source_relation }} limit 10000) as some_rows) = 10000
{%- endset -%}
{%- if not run_query(is_worth_it).rows -%}
    {{- return(false) -}}
{%- endif -%}
{%- call company_enrichment.run_sql() -%}
do $begin_filling_at_once$
declare
    usual_timeout constant text := current_setting('lock_timeout');
    part record;
    made_again text[] := '{}';
begin
    perform set_config('lock_timeout', '1s', true);
    begin
        lock table {{ target_relation }} in access exclusive mode;
        -- Looked at before the lock, it may have been filled since.
        if not exists (select from {{ target_relation }}) then
            for part in
                select
                    index_of.oid::regclass as index_name,
                    key.conname,
                    case
                        when key.oid is null then pg_get_indexdef(index_of.oid)
                        else 'alter table {{ target_relation }} add constraint '
                            || quote_ident(key.conname) || ' ' || pg_get_constraintdef(key.oid)
                    end as definition
                from pg_index as of_table
                inner join pg_class as index_of on index_of.oid = of_table.indexrelid
                left join pg_constraint as key on key.conindid = index_of.oid and key.conrelid = of_table.indrelid
                where
                    of_table.indrelid = '{{ target_relation }}'::regclass
                    -- What its definition does not say would be lost.
                    and not (of_table.indisreplident or of_table.indisclustered)
                    and index_of.reloptions is null
                    and index_of.reltablespace = 0
                    and obj_description(index_of.oid, 'pg_class') is null
                    and (key.oid is null or (key.contype = 'p' and obj_description(key.oid, 'pg_constraint') is null))
                order by key.oid is null, index_of.oid
            loop
                if part.conname is null then
                    execute format('drop index %s', part.index_name);
                else
                    execute format('alter table {{ target_relation }} drop constraint %I', part.conname);
                end if;
                made_again := made_again || part.definition;
            end loop;
            {%- if counting %}
            if exists (select from pg_trigger where tgrelid = '{{ target_relation }}'::regclass and tgname = '{{ counting.name }}') then
                alter table {{ target_relation }} disable trigger {{ counting.name }};
            end if;
            {%- endif %}
            perform set_config('company_enrichment.filled_at_once', array_to_json(made_again)::text, true);
        end if;
    exception
        when lock_not_available or deadlock_detected or dependent_objects_still_exist or insufficient_privilege then null;
    end;
    perform set_config('lock_timeout', usual_timeout, true);
end
$begin_filling_at_once$
{%- endcall -%}
{{- return(company_enrichment.is_filled_at_once()) -}}
{% endmacro %}
