{% macro archive_steps(schema, kept) %}
{#-
  How everything of ours gets out of the schema it is in, into one of its own, as a list of {what, sql}.

  Arguments
    schema  the new schema
    kept    tables that stay where they are
-#}
{%- if company_enrichment.has_schema(schema) -%}
    {%- call company_enrichment.refuse('adopt') -%}
        there is a schema {{ schema }} already, made by an earlier undo? Rename it or drop it.
    {%- endcall -%}
{%- endif -%}
{%- set ours = company_enrichment.our_objects() -%}
{%- set new_schema = company_enrichment.quoted_name(schema) -%}
{%- set our_schema -%} {{ company_enrichment.quoted(target.schema) }}::regnamespace {%- endset -%}
{%- set steps = [] -%}
{%- call company_enrichment.add_step(steps, ['create schema', schema] | join(' ')) -%} create schema {{ new_schema }} {%- endcall -%}
{%- set moves = {'table': [], 'routine': []} -%}
{%- set there -%}
select 'table', oid::regclass::text
from pg_class
where
    relnamespace = {{ our_schema }}
    and relname = any({{ company_enrichment.quoted_array(ours.relations | reject('in', kept) | list) }})
union all
select 'routine', oid::regprocedure::text
from pg_proc
where pronamespace = {{ our_schema }} and proname = any({{ company_enrichment.quoted_array(ours.functions) }})
order by 1, 2
{%- endset -%}
{%- for kind, name in run_query(there).rows -%}
    {%- do moves[kind].append(['alter', kind, name, 'set schema', new_schema] | join(' ')) -%}
{%- endfor -%}
{%- set moving -%}
move {{ moves.table | length }} tables and views and {{ moves.routine | length }} functions of ours to it
{%- endset -%}
{%- call company_enrichment.add_step(steps, moving) -%} {{ (moves.table + moves.routine) | join('; ') }} {%- endcall -%}
{{- return(steps) -}}
{% endmacro %}
