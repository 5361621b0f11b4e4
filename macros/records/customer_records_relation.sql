{% macro customer_records_relation() %}
{#-
  The var customer_records_relation as {ref, source, columns, changed_at, overlap}: where an installing project has its
  records. None where the records are those of our table customer_records. Stops with an error that names what is missing
  or unknown in it (see var_faults).

  columns holds an SQL expression for each column of stg_customer_records, none where the var has none; overlap is an SQL
  expression, too.
-#}
{%- set given = company_enrichment.checked_var('customer_records_relation') -%}
{%- if not given -%}
    {{- return(none) -}}
{%- endif -%}
{%- set columns = {
    'record_id': none,
    'source_system': none,
    'plan_code': none,
    'account_number': none,
    'customer_name': none,
    'account_name': none,
    'loaded_at': none,
    'deleted_at': none,
} -%}
{%- do columns.update(given.columns) -%}
{{- return({
    'ref': given.get('ref'),
    'source': given.get('source'),
    'columns': columns,
    'changed_at': given.get('changed_at'),
    'overlap': given.overlap if given.overlap is number else "interval " ~ company_enrichment.quoted(given.overlap),
}) -}}
{% endmacro %}
