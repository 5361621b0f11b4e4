{% macro refuse_run_at_work(operation) %}
{#-
  Stops with an error while a run of dbt is at work on this schema: between two of its models, nothing would hold it off.
  Until the end of the transaction no run begins.

  Argument
    operation  the name of the operation that asks
-#}
{%- call company_enrichment.run_sql() -%} select {{ target.schema }}.hold_lock('run_lease') {%- endcall -%}
{%- set other = company_enrichment.run_at_work() -%}
{%- if other -%}
    {%- call company_enrichment.refuse(operation) -%}
        run {{ other.run_id }} has been at work on schema {{ target.schema }} since {{ other.since }}. Wait for its end, or, if it
        was killed: dbt run-operation release_run --args '{execute: true}'
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
