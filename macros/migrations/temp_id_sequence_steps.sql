{% macro temp_id_sequence_steps(table, at_least=0, reset=false) %}
{#-
  What is to be done to a temp_id_sequence as found, as a list of {what, sql}; empty when it is current.

  Arguments
    table     its qualified name
    at_least  a lower counter is lifted to this number
    reset     the counter starts at 0
-#}
{%- set steps = [] -%}
{#- column -> [name, type, not null, default] -#}
{%- set columns = {} -%}
{%- for row in run_query(
    "select attname, format_type(atttypid, atttypmod), attnotnull, coalesce(pg_get_expr(adbin, adrelid), '')"
    ~ " from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum"
    ~ " where attrelid = to_regclass('" ~ table ~ "') and attnum > 0 and not attisdropped"
).rows -%}
    {%- do columns.update({row[0]: row.values() | list}) -%}
{%- endfor -%}
{%- if not columns -%}
    {%- if not run_query("select 1 from pg_namespace where nspname = '" ~ target.schema ~ "'").rows -%}
        {%- do steps.append({'what': 'create schema ' ~ target.schema, 'sql': 'create schema ' ~ adapter.quote(target.schema)}) -%}
    {%- endif -%}
    {%- do steps.append({'what': 'create ' ~ table, 'sql': company_enrichment.temp_id_sequence()}) -%}
    {%- if at_least > 0 -%}
        {%- do steps.append({'what': 'start behind ' ~ at_least, 'sql': 'insert into ' ~ table ~ ' values (' ~ at_least ~ ')'}) -%}
    {%- endif -%}
    {{- return(steps) -}}
{%- endif -%}
{%- set counter = 'last_number' if 'last_number' in columns else 'id' -%}
{%- if counter not in columns -%}
    {{ exceptions.raise_compiler_error("In migrate_temp_id_sequence: " ~ table ~ " has neither a column last_number nor id.") }}
{%- endif -%}
{%- set state = run_query(
    "select count(*), max(" ~ counter ~ "), count(*) - count(" ~ counter ~ ") from " ~ table
).rows[0] -%}
{%- set primary_key = run_query(
    "select conname from pg_constraint where contype = 'p' and conrelid = '" ~ table ~ "'::regclass"
).rows -%}
{%- set one_row = run_query("select to_regclass('" ~ target.schema ~ ".temp_id_sequence_one_row') is not null").columns[0].values()[0] -%}

{%- if state[0] > 1 or state[2] > 0 -%}
    {%- do steps.append({
        'what': 'fold ' ~ state[0] ~ ' rows into one that keeps the counter ' ~ (state[1] or 0),
        'sql': 'delete from ' ~ table ~ ' where ctid <> (select ctid from ' ~ table ~ ' order by ' ~ counter
            ~ ' desc nulls last limit 1); update ' ~ table ~ ' set ' ~ counter ~ ' = coalesce(' ~ counter ~ ', 0)'
    }) -%}
{%- endif -%}
{%- for row in primary_key -%}
    {%- do steps.append({'what': 'drop the primary key of ' ~ table,
        'sql': 'alter table ' ~ table ~ ' drop constraint ' ~ adapter.quote(row[0])}) -%}
{%- endfor -%}
{%- if counter == 'id' -%}
    {%- do steps.append({'what': 'rename ' ~ table ~ '.id to last_number',
        'sql': 'alter table ' ~ table ~ ' rename column id to last_number'}) -%}
{%- endif -%}
{%- if columns[counter][1:] != ['integer', true, '0'] -%}
    {%- do steps.append({'what': 'make last_number INTEGER NOT NULL DEFAULT 0',
        'sql': 'alter table ' ~ table ~ ' alter column last_number drop default, alter column last_number type integer,'
            ~ ' alter column last_number set default 0, alter column last_number set not null'}) -%}
{%- endif -%}
{%- if 'updated_at' not in columns -%}
    {%- do steps.append({'what': 'add the column updated_at',
        'sql': 'alter table ' ~ table ~ ' add column updated_at timestamptz not null default now()'}) -%}
{%- elif columns['updated_at'][1:] != ['timestamp with time zone', true, 'now()'] -%}
    {%- do steps.append({'what': 'make updated_at TIMESTAMPTZ NOT NULL DEFAULT now()',
        'sql': 'update ' ~ table ~ ' set updated_at = now() where updated_at is null; alter table ' ~ table
            ~ ' alter column updated_at drop default, alter column updated_at type timestamptz,'
            ~ ' alter column updated_at set default now(), alter column updated_at set not null'}) -%}
{%- endif -%}
{%- if not one_row -%}
    {%- do steps.append({'what': 'guarantee one row by a unique index',
        'sql': 'create unique index temp_id_sequence_one_row on ' ~ table ~ ' ((true))'}) -%}
{%- endif -%}
{%- set found = (state[1] or 0) | int -%}
{%- if reset and found != 0 -%}
    {%- do steps.append({'what': 'reset the counter from ' ~ found ~ ' to 0',
        'sql': 'update ' ~ table ~ ' set last_number = 0, updated_at = now()'}) -%}
{%- elif found < at_least -%}
    {%- do steps.append({'what': 'lift the counter from ' ~ found ~ ' to ' ~ at_least,
        'sql': 'insert into ' ~ table ~ ' (last_number) values (' ~ at_least
            ~ ') on conflict ((true)) do update set last_number = excluded.last_number, updated_at = now()'}) -%}
{%- endif -%}
{{- return(steps) -}}
{% endmacro %}
