{% macro lease_end() %}
{#- When a lease that is taken or renewed now ends, as an SQL expression. -#}
{%- if var('run_lease_minutes') is not integer or var('run_lease_minutes') < 1 -%}
    {{ exceptions.raise_compiler_error(
        "run_lease_minutes must be a number of minutes, at least 1, not " ~ (var('run_lease_minutes') | tojson)) }}
{%- endif -%}
{{- return("clock_timestamp() + interval '" ~ var('run_lease_minutes') ~ " minutes'") -}}
{% endmacro %}
