{% macro make_parts(parts) %}
{#-
  Makes parts of operational tables that are missing, inside the transaction of a deployment; returns what was done, step by
  step. What is there by now is left alone.

  Argument
    parts  some of what missing_parts() returned
-#}
{%- set wanted = parts | map(attribute='definition') | list -%}
{%- set steps = [] -%}
{%- for part in (company_enrichment.missing_parts() if wanted else []) if part.definition and part.definition in wanted -%}
    {%- do run_query(part.definition) -%}
    {%- do steps.append("make the " ~ part.kind ~ " " ~ part.part_name ~ " of " ~ part.table_name ~ " again") -%}
{%- endfor -%}
{{- return(steps) -}}
{% endmacro %}
