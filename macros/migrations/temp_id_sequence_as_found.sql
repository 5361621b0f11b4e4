{% macro temp_id_sequence_as_found(table) %}
{#-
  A temp_id_sequence as it is found, a table of any layout, as a dictionary. Stops with an error where it holds no counter. Reads
  only.

    columns  its columns: name -> {type, is_not_null, default, identity}
    counter  the column that holds the counter: last_number, or id
    rows     how many rows it has
    kept     the highest number in that column
    reached  the highest number anywhere: in a row, in either column, in the sequence of a serial or identity column
    owned    the sequences of its columns last_number and id: name, number, column, kind of dependency

  Argument
    table  its qualified name
-#}
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
{%- set highest_number = company_enrichment.highest_temp_number() -%}
{%- if found > highest_number or (lowest or 0) < 0 -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        the counter in {{ table }} is {{ found if found > highest_number else lowest | int }}; it must be from 0 to {{ highest_number }}.
        Correct it first.
    {%- endcall -%}
{%- endif -%}
{{- return({
    'columns': columns, 'counter': counter, 'rows': rows, 'kept': kept, 'reached': found, 'owned': owned,
}) -}}
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
