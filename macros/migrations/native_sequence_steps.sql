{% macro native_sequence_steps(name, at_least=0, reset=false) %}
{#-
  What is to be done where temp_id_sequence is a native sequence of PostgreSQL, as a list of {what, sql}: it is renamed, so
  that nothing can draw a number from it unnoticed and nothing of it is lost, and a table takes its place. Stops with an
  error that names what still draws numbers from it.

  Arguments
    name      its qualified name
    at_least  a lower counter is lifted to this number
    reset     the counter starts at 0
-#}
{%- set users = run_query(
    "select pg_describe_object(classid, objid, objsubid) from pg_depend"
    ~ " where refclassid = 'pg_class'::regclass and refobjid = '" ~ name ~ "'::regclass"
    ~ " union select pg_describe_object(refclassid, refobjid, refobjsubid) from pg_depend"
    ~ " where classid = 'pg_class'::regclass and objid = '" ~ name ~ "'::regclass and deptype in ('a', 'i') order by 1"
).columns[0].values() -%}
{%- if users -%}
    {{ exceptions.raise_compiler_error(
        "In migrate_temp_id_sequence: the sequence " ~ name ~ " was left as it is, because it is still used by "
        ~ users | join('; ') ~ ". Change or drop that first.") }}
{%- endif -%}
{#- last_value of a sequence that was not called yet is the number to come. -#}
{%- set last_number = "case when is_called then last_value else last_value - 1 end" -%}
{%- set state = run_query(
    "select " ~ last_number ~ ", seqincrement < 0 or seqcycle from " ~ name ~ ", pg_sequence where seqrelid = '" ~ name ~ "'::regclass"
).rows[0] -%}
{%- set found = state[0] | int -%}
{%- if state[1] -%}
    {{ exceptions.raise_compiler_error(
        "In migrate_temp_id_sequence: the sequence " ~ name ~ " counts down or starts again at its end: its value does not say"
        ~ " which numbers were issued. Rename it, and give the highest number issued as at_least.") }}
{%- elif found < 0 or found > 2147483647 -%}
    {{ exceptions.raise_compiler_error(
        "In migrate_temp_id_sequence: the counter in the sequence " ~ name ~ " is " ~ found
        ~ "; it must be from 0 to 2147483647. Correct it first.") }}
{%- endif -%}
{%- set replaced = namespace(name='temp_id_sequence_replaced', number=1) -%}
{%- for _ in range(100) if run_query("select to_regclass('" ~ target.schema ~ "." ~ replaced.name ~ "') is not null").columns[0].values()[0] -%}
    {%- set replaced.number = replaced.number + 1 -%}
    {%- set replaced.name = 'temp_id_sequence_replaced_' ~ replaced.number -%}
{%- endfor -%}
{%- set wanted = 0 if reset else [found, at_least] | max -%}
{#- The number is read again when nobody can draw another: the renaming waits for whoever has drawn one. -#}
{{- return([
    {'what': 'rename the native sequence ' ~ name ~ ' to ' ~ replaced.name ~ ', where it stays unused',
        'sql': 'alter sequence ' ~ name ~ ' rename to ' ~ replaced.name},
    {'what': 'create the table ' ~ name, 'sql': company_enrichment.temp_id_sequence()},
    {'what': 'start behind ' ~ wanted,
        'sql': 'insert into ' ~ name ~ ' (last_number) select ' ~ ('0' if reset else 'greatest(' ~ at_least ~ ', ' ~ last_number ~ ')')
            ~ ' from ' ~ target.schema ~ '.' ~ replaced.name},
]) -}}
{% endmacro %}
