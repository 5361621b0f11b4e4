{% macro hold_run_lease() %}
{#-
  Pre-hook of every model: stops the run when its lease was given to another, or ended by hand. Whoever has it now must not
  be disturbed. Stops `dbt clone`, too.

  A table, which may take long, renews the lease, outside its transaction, so that models that are built at the same time do
  not wait for each other. A view only asks for it.
-#}
{%- do company_enrichment.refuse_clone() -%}
{%- if execute and flags.WHICH in ('run', 'build') -%}
    {%- set runs = company_enrichment.qualified('enrichment_runs') -%}
    {%- set mine -%} invocation_id = {{ company_enrichment.quoted(invocation_id) }} and lease_until is not null {%- endset -%}
    {%- set held -%}
        {%- if model.config.materialized == 'incremental' -%}
set transaction isolation level read committed;
update {{ runs }} set lease_until = {{ company_enrichment.lease_end() }} where {{ mine }} returning run_id
        {%- else -%}
select run_id from {{ runs }} where {{ mine }}
        {%- endif -%}
    {%- endset -%}
    {%- if company_enrichment.value_of(held) is none -%}
        {%- call company_enrichment.refuse() -%}
            This run no longer holds the lease of schema {{ target.schema }}: it has ended, and was released or given to another
            run. Nothing more is built; run again. The var run_lease_minutes says how long a lease is.
        {%- endcall -%}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
