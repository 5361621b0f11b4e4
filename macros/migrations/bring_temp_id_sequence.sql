{% macro bring_temp_id_sequence(table, at_least=0, reset=false) %}
{#-
  Brings a temp_id_sequence to its current layout, inside the transaction of the caller; returns what was done, step by step.
  What was found is looked at again under a lock, so that no number drawn meanwhile is lost. A current one is not locked.

  Arguments: as in temp_id_sequence_steps().
-#}
{%- if not company_enrichment.temp_id_sequence_steps(table, at_least, reset) -%}
    {{- return([]) -}}
{%- endif -%}
{%- if run_query("select 1 from pg_class where oid = to_regclass('" ~ table ~ "') and relkind = 'r'").rows -%}
    {%- do run_query("lock table " ~ table ~ " in access exclusive mode") -%}
{%- endif -%}
{%- set done = [] -%}
{%- for step in company_enrichment.temp_id_sequence_steps(table, at_least, reset) -%}
    {%- do log("temp_id_sequence: " ~ step.what, info=true) -%}
    {%- do run_query(step.sql) -%}
    {%- do done.append(step.what) -%}
{%- endfor -%}
{{- return(done) -}}
{% endmacro %}
