{% macro renew_run_lease() %}
{#-
  Pre-hook of every model, outside its transaction, so that models do not wait for each other's renewal: a sign of life.
  Stops the run when its lease was given to another, or ended by hand: whoever has it now must not be disturbed.
-#}
{%- if execute and flags.WHICH in ('run', 'build') -%}
    {%- set renewed = run_query(
        "update " ~ target.schema ~ ".enrichment_runs set lease_until = " ~ company_enrichment.lease_end()
        ~ " where invocation_id = '" ~ invocation_id ~ "' and lease_until is not null returning run_id"
    ).rows -%}
    {%- if not renewed -%}
        {{ exceptions.raise_compiler_error(
            "This run no longer holds the lease of schema " ~ target.schema ~ ": it has ended, and was released or given to another"
            ~ " run. Nothing more is built; run again. The var run_lease_minutes says how long a lease is.") }}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
