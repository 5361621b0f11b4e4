{% macro is_filled_at_once() %}
{#- Whether begin_filling_at_once() has made the table of the model at work ready: it was empty, and got all its rows by one statement. -#}
{%- set filled -%}
select nullif(current_setting('company_enrichment.filled_at_once', true), '')
{%- endset -%}
{{- return(company_enrichment.value_of(filled) is not none) -}}
{% endmacro %}
