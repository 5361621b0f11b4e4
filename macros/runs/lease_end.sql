{% macro lease_end() %}
{#- When a lease that is taken or renewed now ends, as an SQL expression. -#}
{{- return("clock_timestamp() + interval '" ~ (var('run_lease_minutes') | int) ~ " minutes'") -}}
{% endmacro %}
