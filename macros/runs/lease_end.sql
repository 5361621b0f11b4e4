{% macro lease_end() %}
{#- When a lease that is taken or renewed now ends, as an SQL expression. -#}
{%- set lease_end -%}
clock_timestamp() + interval '{{ company_enrichment.checked_var('run_lease_minutes') }} minutes'
{%- endset -%}
{{- return(lease_end) -}}
{% endmacro %}
