{% macro temp_id_sequence_steps(table, at_least=0, reset=false) %}
{#-
  What is to be done to a temp_id_sequence as found, as a list of {what, sql}; empty when it is current. Stops with an
  error that names what is in the way. Reads only.

  Arguments
    table     its qualified name
    at_least  a lower counter is lifted to this number
    reset     the counter starts at 0
-#}
{%- set kind = run_query("select relkind from pg_class where oid = to_regclass('" ~ table ~ "')").columns[0].values() -%}
{%- if not kind -%}
    {%- set steps = [] -%}
    {%- if not run_query("select 1 from pg_namespace where nspname = '" ~ target.schema ~ "'").rows -%}
        {%- do steps.append({'what': 'create schema ' ~ target.schema, 'sql': 'create schema ' ~ company_enrichment.quoted_name(target.schema)}) -%}
    {%- endif -%}
    {%- do steps.append({'what': 'create ' ~ table, 'sql': company_enrichment.temp_id_sequence()}) -%}
    {%- if at_least > 0 -%}
        {%- do steps.append({'what': 'start behind ' ~ at_least,
            'sql': 'insert into ' ~ table ~ ' (last_number) values (' ~ at_least ~ ')'}) -%}
    {%- endif -%}
    {{- return(steps) -}}
{%- elif kind[0] == 'S' -%}
    {{- return(company_enrichment.native_sequence_steps(table, at_least, reset)) -}}
{%- elif kind[0] != 'r' -%}
    {%- set kinds = {'v': 'a view', 'm': 'a materialized view', 'f': 'a foreign table', 'p': 'a partitioned table'} -%}
    {{ exceptions.raise_compiler_error(
        "In migrate_temp_id_sequence: " ~ table ~ " is " ~ kinds.get(kind[0], 'no table')
        ~ ", which cannot become the counter. Rename it, and give its number as at_least.") }}
{%- endif -%}

{#- column -> {type, is_not_null, default, identity}; the last two are '' where there is none. -#}
{%- set columns = {} -%}
{%- for row in run_query(
    "select attname, format_type(atttypid, atttypmod), attnotnull, coalesce(pg_get_expr(adbin, adrelid), ''), attidentity::text"
    ~ " from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum"
    ~ " where attrelid = '" ~ table ~ "'::regclass and attnum > 0 and not attisdropped"
).rows -%}
    {%- do columns.update({row[0]: {
        'type': row[1], 'is_not_null': row[2], 'default': row[3] or '', 'identity': row[4] or ''}}) -%}
{%- endfor -%}
{%- set counters = ['last_number', 'id'] | select('in', columns) | list -%}
{%- if not counters -%}
    {{ exceptions.raise_compiler_error("In migrate_temp_id_sequence: " ~ table ~ " has neither a column last_number nor id.") }}
{%- endif -%}
{%- set counter = counters[0] -%}
{%- for column in counters if columns[column].type not in ('smallint', 'integer', 'bigint') -%}
    {{ exceptions.raise_compiler_error(
        "In migrate_temp_id_sequence: " ~ table ~ "." ~ column ~ " has the type " ~ columns[column].type
        ~ ", which is no counter's.") }}
{%- endfor -%}

{#- The counter is the highest number anywhere: in a row, in either column, in the sequence of a serial or identity column. -#}
{%- set state = run_query(
    "select count(*), coalesce(max(" ~ counter ~ "), 0), least(min(" ~ counters | join("), min(") ~ ")), greatest(0, max("
    ~ counters | join("), max(") ~ ")) from " ~ table
).rows[0] -%}
{%- set owned = run_query(
    "select owned.oid::regclass::text, coalesce(pg_sequence_last_value(owned.oid), 0), attname, deptype::text"
    ~ " from pg_depend inner join pg_class as owned on owned.oid = objid and owned.relkind = 'S'"
    ~ " inner join pg_attribute on attrelid = refobjid and attnum = refobjsubid"
    ~ " where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and refobjid = '" ~ table ~ "'::regclass"
    ~ " and attname in ('" ~ counters | join("', '") ~ "')"
).rows -%}
{%- set rows, kept = state[0] | int, state[1] | int -%}
{%- set found = ([state[3] | int] + owned | map(attribute=1) | map('int') | list) | max -%}
{%- if found > 2147483647 or (state[2] or 0) < 0 -%}
    {{ exceptions.raise_compiler_error(
        "In migrate_temp_id_sequence: the counter in " ~ table ~ " is " ~ (found if found > 2147483647 else state[2] | int)
        ~ "; it must be from 0 to 2147483647. Correct it first.") }}
{%- endif -%}

{%- set steps = [] -%}
{%- set changes = {} -%}
{%- if rows > 1 -%}
    {%- do steps.append({
        'what': 'fold ' ~ rows ~ ' rows into one that keeps the counter ' ~ kept,
        'sql': 'delete from ' ~ table ~ ' where ctid <> (select ctid from ' ~ table ~ ' order by ' ~ counter
            ~ ' desc nulls last limit 1)'
    }) -%}
{%- endif -%}
{%- for row in run_query(
    "select conname from pg_constraint where contype = 'p' and conrelid = '" ~ table ~ "'::regclass"
).rows -%}
    {%- do steps.append({'what': 'drop the primary key of ' ~ table,
        'sql': 'alter table ' ~ table ~ ' drop constraint ' ~ company_enrichment.quoted_name(row[0])}) -%}
{%- endfor -%}
{%- if counter == 'id' -%}
    {%- do steps.append({'what': 'rename ' ~ table ~ '.id to last_number',
        'sql': 'alter table ' ~ table ~ ' rename column id to last_number'}) -%}
{%- elif 'id' in columns -%}
    {%- do changes.update({'id': 'has to be dropped'}) -%}
    {%- do steps.append({'what': 'drop the column ' ~ table ~ '.id beside last_number',
        'sql': 'alter table ' ~ table ~ ' drop column id'}) -%}
{%- endif -%}
{%- set last_number = columns[counter] -%}
{%- if last_number != {'type': 'integer', 'is_not_null': true, 'default': '0', 'identity': ''} -%}
    {%- set sql = [] -%}
    {%- if not last_number.is_not_null -%}
        {%- do sql.append('update ' ~ table ~ ' set last_number = 0 where last_number is null') -%}
    {%- endif -%}
    {%- if last_number.identity -%}
        {%- do sql.append('alter table ' ~ table ~ ' alter column last_number drop identity') -%}
    {%- endif -%}
    {%- do sql.append('alter table ' ~ table ~ ' alter column last_number drop default') -%}
    {#- Even to the type that it has, a column's type cannot be changed when a view uses it. -#}
    {%- if last_number.type != 'integer' -%}
        {%- do changes.update({counter: 'has to become INTEGER'}) -%}
        {%- do sql.append('alter table ' ~ table ~ ' alter column last_number type integer') -%}
    {%- endif -%}
    {%- do sql.append('alter table ' ~ table ~ ' alter column last_number set default 0, alter column last_number set not null') -%}
    {%- do steps.append({'what': 'make last_number INTEGER NOT NULL DEFAULT 0', 'sql': sql | join('; ')}) -%}
{%- endif -%}
{#- A sequence of an identity column, or of one that is dropped, goes with it. -#}
{%- for row in owned if row[2] == counter and row[3] == 'a' -%}
    {%- do steps.append({'what': 'drop the sequence ' ~ row[0] ~ ' of the serial column', 'sql': 'drop sequence ' ~ row[0]}) -%}
{%- endfor -%}
{%- if 'updated_at' not in columns -%}
    {%- do steps.append({'what': 'add the column updated_at',
        'sql': 'alter table ' ~ table ~ ' add column updated_at timestamptz not null default now()'}) -%}
{%- elif columns['updated_at'] != {'type': 'timestamp with time zone', 'is_not_null': true, 'default': 'now()', 'identity': ''} -%}
    {%- set sql = [
        'update ' ~ table ~ ' set updated_at = now() where updated_at is null',
        'alter table ' ~ table ~ ' alter column updated_at drop default',
    ] -%}
    {%- if columns['updated_at'].type != 'timestamp with time zone' -%}
        {%- do changes.update({'updated_at': 'has to become TIMESTAMPTZ'}) -%}
        {%- do sql.append('alter table ' ~ table ~ ' alter column updated_at type timestamptz') -%}
    {%- endif -%}
    {%- do sql.append('alter table ' ~ table ~ ' alter column updated_at set default now(), alter column updated_at set not null') -%}
    {%- do steps.append({'what': 'make updated_at TIMESTAMPTZ NOT NULL DEFAULT now()', 'sql': sql | join('; ')}) -%}
{%- endif -%}
{%- if not run_query(
    "select 1 from pg_index where indexrelid = to_regclass('" ~ target.schema ~ ".temp_id_sequence_one_row') and indrelid = '"
    ~ table ~ "'::regclass and indisunique"
).rows -%}
    {%- do steps.append({'what': 'guarantee one row by a unique index',
        'sql': 'create unique index temp_id_sequence_one_row on ' ~ table ~ ' ((true))'}) -%}
{%- endif -%}
{%- set wanted = 0 if reset else [found, at_least] | max -%}
{%- if wanted != kept and rows == 0 -%}
    {%- do steps.append({'what': 'start behind ' ~ wanted, 'sql': 'insert into ' ~ table ~ ' (last_number) values (' ~ wanted ~ ')'}) -%}
{%- elif wanted != kept -%}
    {%- do steps.append({'what': ('reset' if reset else 'lift') ~ ' the counter from ' ~ kept ~ ' to ' ~ wanted,
        'sql': 'update ' ~ table ~ ' set last_number = ' ~ wanted ~ ', updated_at = now()'}) -%}
{%- endif -%}

{%- set obstacles = company_enrichment.temp_id_sequence_obstacles(table, counter, changes, steps | length > 0) -%}
{%- if obstacles -%}
    {{ exceptions.raise_compiler_error(
        "In migrate_temp_id_sequence: " ~ table ~ " was left as it is, because of " ~ obstacles | join('; ')
        ~ ". Change or drop that first, and create it again afterwards.") }}
{%- endif -%}
{{- return(steps) -}}
{% endmacro %}
