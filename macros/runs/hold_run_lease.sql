{% macro hold_run_lease() %}
{#-
  Pre-hook of every model: stops the run when its lease was given to another, or ended by hand. Stops `dbt clone`, too.

  A table, which may take long, renews the lease, outside its transaction, so that models that are built at the same time do
  not wait for each other. A view only asks for it; view_in_place does so by itself.
-#}
{%- do company_enrichment.refuse_clone() -%}
{%- if execute and flags.WHICH in ('run', 'build') -%}
    {%- set held -%}
        {%- if model.config.materialized == 'incremental' -%}
set transaction isolation level read committed;
update {{ company_enrichment.qualified('enrichment_runs') }}
set lease_until = {{ company_enrichment.lease_end() }}
where invocation_id = {{ company_enrichment.quoted(invocation_id) }} and lease_until is not null
returning run_id
        {%- else -%}
select 1 where {{ company_enrichment.has_run_lease() }}
        {%- endif -%}
    {%- endset -%}
    {%- if company_enrichment.value_of(held) is none -%}
        {%- do company_enrichment.refuse_lost_lease() -%}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
