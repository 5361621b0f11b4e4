{% macro parts_of_tables() %}
{#-
  The constraints, indexes, triggers, identities and defaults of the tables in the schema, as a query of table_name, kind,
  part_name and definition, a statement that makes the part. A trigger that is disabled counts as missing, because a restore
  that was cut off leaves it so.

  An identity that is made again begins far above what is left: numbers of rows that an older dump does not have may be
  referred to elsewhere.
-#}
{%- set tables -%}
select relation.oid, relation.relname, format('%I.%I', namespace.nspname, relation.relname) as full_name
from pg_class as relation
inner join pg_namespace as namespace on namespace.oid = relation.relnamespace
where namespace.nspname = '{{ target.schema }}' and relation.relkind in ('r', 'p')
{%- endset -%}
select
    relation.relname::text as table_name,
    case part.contype when 'f' then 'foreign key' when 'c' then 'check' else 'key' end as kind,
    part.conname::text as part_name,
    format('alter table %s add constraint %I %s', relation.full_name, part.conname, pg_get_constraintdef(part.oid)) as definition
from pg_constraint as part
inner join ({{ tables }}) as relation on relation.oid = part.conrelid
where part.contype in ('p', 'u', 'f', 'c')
union all
select
    relation.relname,
    'index',
    (select index_relation.relname from pg_class as index_relation where index_relation.oid = part.indexrelid),
    pg_get_indexdef(part.indexrelid)
from pg_index as part
inner join ({{ tables }}) as relation on relation.oid = part.indrelid
where not exists (select from pg_constraint as owner where owner.conindid = part.indexrelid and owner.conrelid = part.indrelid)
union all
select
    relation.relname,
    'trigger',
    part.tgname,
    format('drop trigger if exists %I on %s; %s', part.tgname, relation.full_name, pg_get_triggerdef(part.oid))
from pg_trigger as part
inner join ({{ tables }}) as relation on relation.oid = part.tgrelid
where not part.tgisinternal and part.tgenabled <> 'D'
union all
select
    relation.relname,
    case when part.attidentity = '' then 'default' else 'identity' end,
    part.attname,
    case
        when part.attidentity = ''
            then format(
                'alter table %s alter column %I set default %s', relation.full_name, part.attname,
                pg_get_expr(value.adbin, value.adrelid)
            )
        else format(
            'alter table %s alter column %I add generated %s as identity;'
            || ' select setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 0) + 1000000) from %s',
            relation.full_name, part.attname, case part.attidentity when 'a' then 'always' else 'by default' end,
            relation.full_name, part.attname, part.attname, relation.full_name
        )
    end
from pg_attribute as part
inner join ({{ tables }}) as relation on relation.oid = part.attrelid
left join pg_attrdef as value on value.adrelid = part.attrelid and value.adnum = part.attnum
where
    part.attnum > 0
    and not part.attisdropped
    and part.attgenerated = ''
    and (part.attidentity <> '' or value.oid is not null)
{%- endmacro %}
