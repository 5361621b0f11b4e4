{% macro bring_temp_id_sequence(table, at_least=0, reset=false) %}
{#-
  Brings a temp_id_sequence to its current layout, inside the transaction of the caller; returns what was done, step by step.
  What was found is looked at again under a lock, so that no number drawn meanwhile is lost. A current one is not locked.

  Arguments: as in temp_id_sequence_steps().
-#}
{%- if not company_enrichment.temp_id_sequence_steps(table, at_least, reset) -%}
    {{- return([]) -}}
{%- endif -%}
{%- set is_table -%}
select 1 from pg_class where oid = to_regclass('{{ table }}') and relkind = 'r'
{%- endset -%}
{%- if company_enrichment.value_of(is_table) -%}
    {%- call company_enrichment.run_sql() -%} lock table {{ table }} in access exclusive mode {%- endcall -%}
{%- endif -%}
{%- set done = [] -%}
{%- for step in company_enrichment.temp_id_sequence_steps(table, at_least, reset) -%}
    {%- call company_enrichment.say('temp_id_sequence') -%} {{ step.what }} {%- endcall -%}
    {%- do run_query(step.sql) -%}
    {%- do done.append(step.what) -%}
{%- endfor -%}
{{- return(done) -}}
{% endmacro %}
