{% macro around_placeholders() %}
{#- The characters that may stand around a text which stands for no name or code, such as (N/A), "-" or <none>, as a plain text. -#}
{{- return([company_enrichment.name_delimiters().around, '"\'!?<>'] | join) -}}
{% endmacro %}
