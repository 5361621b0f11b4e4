{% macro checked_var(name) %}
{#-
  The value of a var, where it is one that the var may have; otherwise stops with an error that names every var at fault.
  For whatever is rendered before check_settings() can be called: dbt renders models when it parses them.

  Argument
    name  name of the var
-#}
{%- if company_enrichment.var_faults(name) -%}
    {%- do company_enrichment.check_settings() -%}
{%- endif -%}
{{- return(var(name)) -}}
{% endmacro %}
