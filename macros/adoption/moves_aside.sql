{% macro moves_aside(schema, kept) %}
{#-
  How everything of ours gets out of the schema it is in, into one of its own, as a list of {what, sql}.

  Arguments
    schema  the new schema
    kept    tables that stay where they are
-#}
{%- if run_query("select 1 from pg_namespace where nspname = " ~ company_enrichment.quoted(schema)).rows -%}
    {{ exceptions.raise_compiler_error(
        "In adopt: there is a schema " ~ schema ~ " already, made by an earlier undo? Rename it or drop it.") }}
{%- endif -%}
{%- set ours = company_enrichment.our_objects() -%}
{%- set steps = [{'what': 'create schema ' ~ schema, 'sql': 'create schema ' ~ company_enrichment.quoted_name(schema)}] -%}
{%- set moves = {'table': [], 'routine': []} -%}
{%- for row in run_query(
    "select 'table', oid::regclass::text from pg_class where relnamespace = " ~ company_enrichment.quoted(target.schema)
    ~ "::regnamespace and relname = any(" ~ company_enrichment.quoted_array(ours.relations | reject('in', kept) | list) ~ ") union all"
    ~ " select 'routine', oid::regprocedure::text from pg_proc where pronamespace = "
    ~ company_enrichment.quoted(target.schema) ~ "::regnamespace and proname = any("
    ~ company_enrichment.quoted_array(ours.functions) ~ ") order by 1, 2"
).rows -%}
    {%- do moves[row[0]].append('alter ' ~ row[0] ~ ' ' ~ row[1] ~ ' set schema ' ~ company_enrichment.quoted_name(schema)) -%}
{%- endfor -%}
{%- do steps.append({
    'what': 'move ' ~ moves.table | length ~ ' tables and views and ' ~ moves.routine | length ~ ' functions of ours to it',
    'sql': (moves.table + moves.routine) | join('; ')
}) -%}
{{- return(steps) -}}
{% endmacro %}
