{% macro refuse_run_at_work(operation) %}
{#-
  Stops with an error while a run of dbt is at work on this schema: between two of its models, nothing would hold it off.
  Until the end of the transaction no run begins.

  Argument
    operation  the name of the operation that asks
-#}
{%- do run_query("select " ~ target.schema ~ ".hold_lock('run_lease')") -%}
{%- set other = company_enrichment.run_at_work() -%}
{%- if other -%}
    {{ exceptions.raise_compiler_error(
        "In " ~ operation ~ ": run " ~ other.run_id ~ " has been at work on schema " ~ target.schema ~ " since " ~ other.since
        ~ ". Wait for its end, or, if it was killed: dbt run-operation release_run") }}
{%- endif -%}
{% endmacro %}
