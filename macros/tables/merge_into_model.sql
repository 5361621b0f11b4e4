{% macro merge_into_model(model, query, audit_columns=[]) %}
{#-
  Writes the result of a query into a model's table, as a run of dbt would: the differences, by merge_differences(), with
  the transaction in changed_in where the model has that column. Returns how many rows were written.

  Arguments
    model          name of the model
    query          what its rows should be
    audit_columns  columns that do not make a row count as changed
-#}
{%- set relation = target.schema ~ '.' ~ model -%}
{%- set columns = [] -%}
{%- set has_changed_in = run_query(
    "select 1 from pg_attribute where attrelid = '" ~ relation ~ "'::regclass and attname = 'changed_in'").rows -%}
{%- do run_query(
    "create temporary table " ~ model ~ "__incoming on commit drop as select given.*"
    ~ (", pg_current_xact_id() as changed_in" if has_changed_in else "") ~ " from (" ~ query ~ ") as given") -%}
{%- for row in run_query(
    "select attname from pg_attribute where attrelid = '" ~ model ~ "__incoming'::regclass and attnum > 0 order by attnum"
).rows -%}
    {%- do columns.append(row[0]) -%}
{%- endfor -%}
{%- set keys = run_query(
    "select attname from pg_index inner join pg_attribute on attrelid = indrelid and attnum = any(indkey)"
    ~ " where indrelid = '" ~ relation ~ "'::regclass and indisprimary order by array_position(indkey, attnum)"
).columns[0].values() | list -%}
{%- set written = run_query(
    "with written as (" ~ company_enrichment.merge_differences(relation, model ~ '__incoming', keys, columns, audit_columns)
    ~ " returning 1) select count(*) from written"
).columns[0].values()[0] -%}
{%- do run_query("drop table " ~ model ~ "__incoming") -%}
{{- return(written | int) -}}
{% endmacro %}
