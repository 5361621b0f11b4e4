{% macro lookup_requests_channel() %}
{#- The channel on which workers of this schema are told that names were enqueued. Python makes the same name. -#}
{{- return('company_enrichment_' ~ local_md5(target.schema)) -}}
{% endmacro %}
