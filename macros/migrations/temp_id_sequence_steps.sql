{% macro temp_id_sequence_steps(table, at_least=0, reset=false) %}
{#-
  What is to be done to a temp_id_sequence as found, as a list of {what, sql}; empty when it is current. Stops with an
  error that names what is in the way. Reads only.

  Arguments
    table     its qualified name
    at_least  a lower counter is lifted to this number
    reset     the counter starts at 0
-#}
{%- set found_kind -%}
select relkind::text from pg_class where oid = to_regclass('{{ table }}')
{%- endset -%}
{%- set kind = company_enrichment.value_of(found_kind) -%}
{%- if not kind -%}
    {{- return(company_enrichment._steps_of_new_table(table, at_least)) -}}
{%- elif kind == 'S' -%}
    {{- return(company_enrichment.native_sequence_steps(table, at_least, reset)) -}}
{%- elif kind != 'r' -%}
    {%- set kinds = {'v': 'a view', 'm': 'a materialized view', 'f': 'a foreign table', 'p': 'a partitioned table'} -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        {{ table }} is {{ kinds.get(kind, 'no table') }}, which cannot become the counter. Rename it, and give its number as
        at_least.
    {%- endcall -%}
{%- endif -%}

{%- set columns = company_enrichment._columns_as_found(table) -%}
{%- set counters = ['last_number', 'id'] | select('in', columns) | list -%}
{%- if not counters -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        {{ table }} has neither a column last_number nor id.
    {%- endcall -%}
{%- endif -%}
{%- set counter = counters[0] -%}
{%- for column in counters if columns[column].type not in ('smallint', 'integer', 'bigint') -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        {{ table }}.{{ column }} has the type {{ columns[column].type }}, which is no counter's.
    {%- endcall -%}
{%- endfor -%}

{#- The counter is the highest number anywhere: in a row, in either column, in the sequence of a serial or identity column. -#}
{%- set numbers -%}
select
    count(*),
    coalesce(max({{ counter }}), 0),
    least(min({{ counters | join('), min(') }})),
    greatest(0, max({{ counters | join('), max(') }}))
from {{ table }}
{%- endset -%}
{%- set rows, kept, lowest, highest = run_query(numbers).rows[0] -%}
{%- set rows, kept = rows | int, kept | int -%}
{%- set owned_sequences -%}
select owned.oid::regclass::text, coalesce(pg_sequence_last_value(owned.oid), 0), attname, deptype::text
from pg_depend
inner join pg_class as owned on owned.oid = objid and owned.relkind = 'S'
inner join pg_attribute on attrelid = refobjid and attnum = refobjsubid
where
    classid = 'pg_class'::regclass
    and refclassid = 'pg_class'::regclass
    and refobjid = '{{ table }}'::regclass
    and attname in ('{{ counters | join("', '") }}')
{%- endset -%}
{%- set owned = run_query(owned_sequences).rows -%}
{%- set found = ([highest | int] + owned | map(attribute=1) | map('int') | list) | max -%}
{%- if found > 2147483647 or (lowest or 0) < 0 -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        the counter in {{ table }} is {{ found if found > 2147483647 else lowest | int }}; it must be from 0 to 2147483647.
        Correct it first.
    {%- endcall -%}
{%- endif -%}

{%- set steps = [] -%}
{%- set changes = {} -%}
{%- if rows > 1 -%}
    {%- call company_enrichment.add_step(steps, ['fold', rows, 'rows into one that keeps the counter', kept] | join(' ')) -%}
delete from {{ table }}
where ctid <> (select ctid from {{ table }} order by {{ counter }} desc nulls last limit 1)
    {%- endcall -%}
{%- endif -%}
{%- set primary_keys -%}
select conname from pg_constraint where contype = 'p' and conrelid = '{{ table }}'::regclass
{%- endset -%}
{%- for key in run_query(primary_keys).columns[0].values() -%}
    {%- call company_enrichment.add_step(steps, 'drop the primary key of ' ~ table) -%}
alter table {{ table }} drop constraint {{ company_enrichment.quoted_name(key) }}
    {%- endcall -%}
{%- endfor -%}
{%- if counter == 'id' -%}
    {%- call company_enrichment.add_step(steps, 'rename ' ~ table ~ '.id to last_number') -%}
alter table {{ table }} rename column id to last_number
    {%- endcall -%}
{%- elif 'id' in columns -%}
    {%- do changes.update({'id': 'has to be dropped'}) -%}
    {%- call company_enrichment.add_step(steps, 'drop the column ' ~ table ~ '.id beside last_number') -%}
alter table {{ table }} drop column id
    {%- endcall -%}
{%- endif -%}
{%- set last_number = columns[counter] -%}
{%- if last_number != {'type': 'integer', 'is_not_null': true, 'default': '0', 'identity': ''} -%}
    {%- set has_other_type = last_number.type != 'integer' -%}
    {%- if has_other_type -%}
        {%- do changes.update({counter: 'has to become INTEGER'}) -%}
    {%- endif -%}
    {%- call company_enrichment.add_step(steps, 'make last_number INTEGER NOT NULL DEFAULT 0') -%}
{%- if not last_number.is_not_null %}
update {{ table }} set last_number = 0 where last_number is null;
{%- endif %}
{%- if last_number.identity %}
alter table {{ table }} alter column last_number drop identity;
{%- endif %}
alter table {{ table }} alter column last_number drop default;
{#- Even to the type that it has, a column's type cannot be changed when a view uses it. #}
{%- if has_other_type %}
alter table {{ table }} alter column last_number type integer;
{%- endif %}
alter table {{ table }} alter column last_number set default 0, alter column last_number set not null
    {%- endcall -%}
{%- endif -%}
{#- A sequence of an identity column, or of one that is dropped, goes with it. -#}
{%- for sequence, _, column, dependency in owned if column == counter and dependency == 'a' -%}
    {%- call company_enrichment.add_step(steps, 'drop the sequence ' ~ sequence ~ ' of the serial column') -%}
drop sequence {{ sequence }}
    {%- endcall -%}
{%- endfor -%}
{%- set updated_at = columns.get('updated_at') -%}
{%- if not updated_at -%}
    {%- call company_enrichment.add_step(steps, 'add the column updated_at') -%}
alter table {{ table }} add column updated_at timestamptz not null default now()
    {%- endcall -%}
{%- elif updated_at != {'type': 'timestamp with time zone', 'is_not_null': true, 'default': 'now()', 'identity': ''} -%}
    {%- if updated_at.type != 'timestamp with time zone' -%}
        {%- do changes.update({'updated_at': 'has to become TIMESTAMPTZ'}) -%}
    {%- endif -%}
    {%- call company_enrichment.add_step(steps, 'make updated_at TIMESTAMPTZ NOT NULL DEFAULT now()') -%}
update {{ table }} set updated_at = now() where updated_at is null;
alter table {{ table }} alter column updated_at drop default;
{%- if updated_at.type != 'timestamp with time zone' %}
alter table {{ table }} alter column updated_at type timestamptz;
{%- endif %}
alter table {{ table }} alter column updated_at set default now(), alter column updated_at set not null
    {%- endcall -%}
{%- endif -%}
{%- set guarantee -%}
select 1 from pg_index
where
    indexrelid = to_regclass('{{ target.schema }}.temp_id_sequence_one_row')
    and indrelid = '{{ table }}'::regclass
    and indisunique
{%- endset -%}
{%- if not company_enrichment.value_of(guarantee) -%}
    {%- call company_enrichment.add_step(steps, 'guarantee one row by a unique index') -%}
create unique index temp_id_sequence_one_row on {{ table }} ((true))
    {%- endcall -%}
{%- endif -%}
{%- set wanted = 0 if reset else [found, at_least] | max -%}
{%- if wanted != kept and rows == 0 -%}
    {%- call company_enrichment.add_step(steps, 'start behind ' ~ wanted) -%}
insert into {{ table }} (last_number) values ({{ wanted }})
    {%- endcall -%}
{%- elif wanted != kept -%}
    {%- call company_enrichment.add_step(
        steps, ['reset' if reset else 'lift', 'the counter from', kept, 'to', wanted] | join(' ')) -%}
update {{ table }} set last_number = {{ wanted }}, updated_at = now()
    {%- endcall -%}
{%- endif -%}

{%- set obstacles = company_enrichment.temp_id_sequence_obstacles(table, counter, changes, steps | length > 0) -%}
{%- if obstacles -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        {{ table }} was left as it is, because of {{ obstacles | join('; ') }}. Change or drop that first, and create it again
        afterwards.
    {%- endcall -%}
{%- endif -%}
{{- return(steps) -}}
{% endmacro %}

{% macro _steps_of_new_table(table, at_least) %}
{#- What is to be done where there is no temp_id_sequence; the arguments are those of temp_id_sequence_steps(). -#}
{%- set steps = [] -%}
{%- if not company_enrichment.has_schema(target.schema) -%}
    {%- call company_enrichment.add_step(steps, 'create schema ' ~ target.schema) -%}
create schema {{ company_enrichment.quoted_name(target.schema) }}
    {%- endcall -%}
{%- endif -%}
{%- call company_enrichment.add_step(steps, 'create ' ~ table) -%}
{{ company_enrichment.temp_id_sequence() }}
{%- endcall -%}
{%- if at_least > 0 -%}
    {%- call company_enrichment.add_step(steps, 'start behind ' ~ at_least) -%}
insert into {{ table }} (last_number) values ({{ at_least }})
    {%- endcall -%}
{%- endif -%}
{{- return(steps) -}}
{% endmacro %}

{% macro _columns_as_found(table) %}
{#-
  The columns of a table, as a dictionary column -> {type, is_not_null, default, identity}; the last two are '' where there
  is none.

  Argument
    table  its qualified name
-#}
{%- set found -%}
select attname, format_type(atttypid, atttypmod), attnotnull, coalesce(pg_get_expr(adbin, adrelid), ''), attidentity::text
from pg_attribute
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where attrelid = '{{ table }}'::regclass and attnum > 0 and not attisdropped
{%- endset -%}
{%- set columns = {} -%}
{%- for name, type, is_not_null, default, identity in run_query(found).rows -%}
    {%- do columns.update({
        name: {'type': type, 'is_not_null': is_not_null, 'default': default or '', 'identity': identity or ''}}) -%}
{%- endfor -%}
{{- return(columns) -}}
{% endmacro %}
