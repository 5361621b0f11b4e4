{% macro counter_lifts(table, at_least) %}
{#-
  How the predecessor's temp_id_sequence gets behind a number, as a list of {what, sql}; empty when it is. Of several rows
  the highest is kept: the predecessor would read any of them.

  Arguments
    table     its qualified name
    at_least  the number
-#}
{%- set columns = company_enrichment.counter_columns(table) -%}
{%- set counter = 'greatest(' ~ columns | join(', ') ~ ')' -%}
{%- if run_query("select coalesce(min(coalesce(" ~ counter ~ ", 0)), 0) from " ~ table).columns[0].values()[0] >= at_least -%}
    {{- return([]) -}}
{%- endif -%}
{%- set values, assignments = [], [] -%}
{%- for column in columns -%}
    {%- do values.append(at_least | string) -%}
    {%- do assignments.append(column ~ ' = greatest(' ~ column ~ ', ' ~ at_least ~ ')') -%}
{%- endfor -%}
{{- return([{
    'what': 'put the counter in ' ~ table ~ ' behind ' ~ at_least,
    'sql': 'delete from ' ~ table ~ ' where ctid <> (select ctid from ' ~ table ~ ' order by ' ~ counter ~ ' desc nulls last limit 1);'
        ~ ' insert into ' ~ table ~ ' (' ~ columns | join(', ') ~ ') select ' ~ values | join(', ')
        ~ ' where not exists (select from ' ~ table ~ '); update ' ~ table ~ ' set ' ~ assignments | join(', ')
}]) -}}
{% endmacro %}
