{% macro counter_lifts(table, at_least) %}
{#-
  How the predecessor's temp_id_sequence gets behind a number, as a list of {what, sql}; empty when it is. Of several rows
  the highest is kept: the predecessor would read any of them.

  Arguments
    table     its qualified name
    at_least  the number
-#}
{%- set columns = company_enrichment.counter_columns(table) -%}
{%- set counter -%} greatest({{ columns | join(', ') }}) {%- endset -%}
{%- set lowest -%}
select coalesce(min(coalesce({{ counter }}, 0)), 0) from {{ table }}
{%- endset -%}
{%- if company_enrichment.value_of(lowest) >= at_least -%}
    {{- return([]) -}}
{%- endif -%}
{%- set lifting -%} put the counter in {{ table }} behind {{ at_least }} {%- endset -%}
{%- set steps = [] -%}
{%- call company_enrichment.add_step(steps, lifting) -%}
delete from {{ table }}
where ctid <> (select ctid from {{ table }} order by {{ counter }} desc nulls last limit 1);
insert into {{ table }} ({{ columns | join(', ') }})
select {% for column in columns %}{{ at_least }}{{ ', ' if not loop.last }}{% endfor %}
where not exists (select from {{ table }});
update {{ table }}
set {% for column in columns %}{{ column }} = greatest({{ column }}, {{ at_least }}){{ ', ' if not loop.last }}{% endfor %}
{%- endcall -%}
{{- return(steps) -}}
{% endmacro %}
