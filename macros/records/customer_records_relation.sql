{% macro customer_records_relation() %}
{#-
  The var customer_records_relation as {ref, source, columns, changed_at, overlap}: where an installing project has its
  records. None where the records are those of our table customer_records. Stops with an error that names what is missing
  or unknown in it.

  columns holds an SQL expression for each column of stg_customer_records, none where the var has none; overlap is an SQL
  expression, too.
-#}
{%- set given = var('customer_records_relation') -%}
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
{%- set faults = [] -%}
{%- if given is not mapping -%}
    {%- do faults.append("it is a dictionary of ref or source, columns, and what says which rows are new") -%}
{%- else -%}
    {%- for key in given if key not in ['ref', 'source', 'columns', 'changed_at', 'overlap'] -%}
        {%- do faults.append("it knows no " ~ key) -%}
    {%- endfor -%}
    {%- if (given.ref is string) == (given.source is sequence and given.source is not string and given.source | length == 2) -%}
        {%- do faults.append("it needs either ref, the name of a model, seed or snapshot, or source, as [source, table]") -%}
    {%- endif -%}
    {%- for column in given.columns or {} if column not in columns -%}
        {%- do faults.append("a record has no column " ~ column ~ ", only " ~ columns | join(', ')) -%}
    {%- endfor -%}
    {%- if not (given.columns or {}).record_id -%}
        {%- do faults.append("its columns need a record_id") -%}
    {%- endif -%}
    {%- if (given.get('changed_at') is none) != (given.get('overlap') is none) -%}
        {%- do faults.append("changed_at and overlap belong together: a row may be committed so much later than its changed_at says") -%}
    {%- endif -%}
{%- endif -%}
{%- if faults -%}
    {{ exceptions.raise_compiler_error("In customer_records_relation: " ~ faults | join("; ") ~ ".") }}
{%- endif -%}
{%- do columns.update(given.columns) -%}
{{- return({
    'ref': given.get('ref'),
    'source': given.get('source'),
    'columns': columns,
    'changed_at': given.get('changed_at'),
    'overlap': given.overlap if given.overlap is number else "interval " ~ company_enrichment.quoted(given.overlap),
}) -}}
{% endmacro %}
