{% macro make_missing_parts() %}
{#-
  Makes the parts again that operational tables have lost, inside the transaction of a deployment; returns what was done, step
  by step. Called before its DDL, which creates missing tables, and after it, for what referred to these.
-#}
{%- set missing = company_enrichment.missing_parts() -%}
{%- set absent = missing | selectattr('kind', 'equalto', 'table') | list -%}
{%- set steps = [] -%}
{%- for part in missing if part.kind != 'table' and not (part.kind == 'foreign key' and absent) -%}
    {%- do run_query(part.definition) -%}
    {%- do steps.append("made the " ~ part.kind ~ " " ~ part.part_name ~ " of " ~ part.table_name ~ " again") -%}
{%- endfor -%}
{{- return(steps) -}}
{% endmacro %}
