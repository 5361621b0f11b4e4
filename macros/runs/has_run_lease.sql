{% macro has_run_lease() %}
{#- Whether this run still holds the lease of the schema, as an SQL expression. -#}
exists (
    select from {{ company_enrichment.qualified('enrichment_runs') }}
    where invocation_id = {{ company_enrichment.quoted(invocation_id) }} and lease_until is not null
)
{%- endmacro %}
