{% macro obstacles_to_changing(table, counter, changes) %}
{#-
  What keeps a temp_id_sequence from being brought to its current layout, as a list of phrases: what uses it in a way that
  PostgreSQL refuses to change, or that would fail afterwards.

  Arguments
    table    its qualified name
    counter  its column that holds the counter: id, or last_number
    changes  column -> what has to be done to it that PostgreSQL refuses when something uses the column
-#}
{%- set obstacles = [] -%}
{%- set foreign_keys -%}
select conname, conrelid::regclass::text
from pg_constraint
where confrelid = '{{ table }}'::regclass and contype = 'f' and conparentid = 0
order by 1, 2
{%- endset -%}
{%- for key, referring in run_query(foreign_keys).rows -%}
    {%- call company_enrichment.add_obstacle(obstacles) -%}
        the foreign key {{ key }} of {{ referring }}, which references it
    {%- endcall -%}
{%- endfor -%}
{#- Indexes, constraints and the column's own default are rebuilt or dropped with the column; whatever else uses it, is not. -#}
{%- set users_of_columns -%}
select distinct
    attname,
    case
        when dependency.classid = 'pg_rewrite'::regclass
            then pg_describe_object('pg_class'::regclass, (select ev_class from pg_rewrite where oid = dependency.objid), 0)
        else pg_describe_object(dependency.classid, dependency.objid, dependency.objsubid)
    end
from pg_depend as dependency
inner join pg_attribute on attrelid = refobjid and attnum = refobjsubid
left join pg_attrdef as own
    on dependency.classid = 'pg_attrdef'::regclass and own.oid = objid and own.adnum = refobjsubid
where
    refclassid = 'pg_class'::regclass
    and refobjid = '{{ table }}'::regclass
    and own.oid is null
    and dependency.classid not in ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_statistic_ext'::regclass)
order by 1, 2
{%- endset -%}
{%- for column, user in run_query(users_of_columns).rows if column in changes -%}
    {%- call company_enrichment.add_obstacle(obstacles) -%}
        the {{ user }}, which uses the column {{ column }} that {{ changes[column] }}
    {%- endcall -%}
{%- endfor -%}
{%- set users_of_primary_key -%}
select pg_describe_object('pg_class'::regclass, ev_class, 0)
from pg_depend
inner join pg_rewrite on pg_rewrite.oid = objid
inner join pg_constraint on pg_constraint.oid = refobjid and contype = 'p' and conrelid = '{{ table }}'::regclass
where classid = 'pg_rewrite'::regclass and refclassid = 'pg_constraint'::regclass
order by 1
{%- endset -%}
{%- for user in run_query(users_of_primary_key).columns[0].values() -%}
    {%- call company_enrichment.add_obstacle(obstacles) -%} the {{ user }}, which rests on the primary key {%- endcall -%}
{%- endfor -%}
{#- PostgreSQL does not know which columns the text of a function names: without them each allocation would fail. -#}
{%- if counter == 'id' or 'id' in changes -%}
    {%- set triggers -%}
select distinct tgname
from pg_trigger
inner join pg_proc on pg_proc.oid = tgfoid
where
    tgrelid = '{{ table }}'::regclass
    and not tgisinternal
    and prosrc ~* {{ company_enrichment.quoted('\\m(new|old)\\.id\\M') }}
order by 1
    {%- endset -%}
    {%- for trigger in run_query(triggers).columns[0].values() -%}
        {%- call company_enrichment.add_obstacle(obstacles) -%}
            the trigger {{ trigger }}, whose function names the column id
        {%- endcall -%}
    {%- endfor -%}
{%- endif -%}
{%- set users_of_sequences -%}
select distinct owned.oid::regclass::text, pg_describe_object(used.classid, used.objid, used.objsubid)
from pg_depend as ownership
inner join pg_class as owned on owned.oid = ownership.objid and owned.relkind = 'S'
inner join pg_depend as used on used.refclassid = 'pg_class'::regclass and used.refobjid = owned.oid
left join pg_attrdef as own
    on used.classid = 'pg_attrdef'::regclass and own.oid = used.objid and own.adrelid = ownership.refobjid
where
    ownership.classid = 'pg_class'::regclass
    and ownership.refclassid = 'pg_class'::regclass
    and ownership.refobjid = '{{ table }}'::regclass
    and ownership.deptype = 'a'
    and own.oid is null
order by 1, 2
{%- endset -%}
{%- for sequence, user in run_query(users_of_sequences).rows -%}
    {%- call company_enrichment.add_obstacle(obstacles) -%}
        the {{ user }}, which uses the sequence {{ sequence }}
    {%- endcall -%}
{%- endfor -%}
{{- return(obstacles) -}}
{% endmacro %}
