{% macro checked_var(name) %}
{#-
  The value of a var, where it is one that the var may have; otherwise stops with an error that names every var at fault.
  For whatever is rendered before check_settings() can be called: dbt renders models when it parses them. What a run
  executes comes after begin_run(), which has checked all vars, and is not checked hundreds of times more.

  Argument
    name  name of the var
-#}
{%- set is_checked = execute and flags.WHICH in ('run', 'build', 'seed', 'test', 'snapshot', 'freshness') -%}
{%- if not is_checked and company_enrichment.var_faults(name) -%}
    {%- do company_enrichment.check_settings() -%}
{%- endif -%}
{{- return(var(name)) -}}
{% endmacro %}
