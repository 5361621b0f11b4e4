{% macro refuse_lost_lease() %}
{#- Stops a run whose lease was given to another, or ended by hand: whoever has it now must not be disturbed. -#}
{%- call company_enrichment.refuse() -%}
    This run no longer holds the lease of schema {{ target.schema }}: it has ended, and was released or given to another
    run. Nothing more is built; run again. The var run_lease_minutes says how long a lease is.
{%- endcall -%}
{% endmacro %}
