{% macro warning_limit(name) %}
{#-
  The limit that a var gives to a threshold of monitoring_thresholds, as SQL of type numeric; NULL where the var is null:
  nothing is warned of then.

  Argument
    name  name of the var
-#}
{%- set limit = company_enrichment.checked_var(name) -%}
cast({{ 'null' if limit is none else limit }} as numeric)
{%- endmacro %}
