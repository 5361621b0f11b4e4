{% macro warning_limit(name) %}
{#-
  The limit that a var gives to a threshold of monitoring_thresholds, as SQL of type numeric; NULL where the var is null:
  nothing is warned of then.

  Argument
    name  name of the var
-#}
{%- set limit = var(name) -%}
{%- if limit is not none and (limit is not number or limit is boolean or limit < 0) -%}
    {{ exceptions.raise_compiler_error(
        name ~ " must be a number, at least 0, or null for no warning, not " ~ (limit | tojson) ~ ".") }}
{%- endif -%}
{{- return("cast(" ~ ("null" if limit is none else limit) ~ " as numeric)") -}}
{% endmacro %}
