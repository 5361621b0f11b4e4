{% macro limit_of_empty_run() %}
{#- The last line of the query of a table: with --empty it gives no row, see is_empty_run(). Unit tests have rows of their own. -#}
{{- '\nlimit 0' if model.resource_type != 'unit_test' and company_enrichment.is_empty_run() -}}
{%- endmacro %}
