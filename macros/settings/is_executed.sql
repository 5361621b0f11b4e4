{% macro is_executed(operation, execute, plan_only, by_default) %}
{#-
  Whether an operation that also has the argument plan_only does its work, or only says what it would do. plan_only: true is
  execute: false in other words, and plan_only: false is execute: true. Stops with an error where both are given and do not
  agree.

  Arguments
    operation   its name
    execute     as given; none where it was not
    plan_only   as given; none where it was not
    by_default  what holds where neither was given
-#}
{%- if execute is not none and plan_only is not none and execute == plan_only -%}
    {%- call company_enrichment.refuse(operation) -%} execute and plan_only contradict each other. {%- endcall -%}
{%- endif -%}
{%- if execute is not none -%}
    {{- return(execute) -}}
{%- elif plan_only is not none -%}
    {{- return(not plan_only) -}}
{%- else -%}
    {{- return(by_default) -}}
{%- endif -%}
{% endmacro %}
