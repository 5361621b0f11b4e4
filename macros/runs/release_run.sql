{% macro release_run(execute=false) %}
{#-
  dbt run-operation release_run --args '{execute: true}': ends the lease of the run that is at work on this schema, for one that was killed. A run
  that is alive after all stops at its next model.

  Argument
    execute  without it, which run that is is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('release_run', {'execute': [execute, {'is': 'boolean'}]}) -%}
{%- set other = company_enrichment.run_at_work() -%}
{%- if not other -%}
    {%- call company_enrichment.say('release_run') -%} no run is at work on schema {{ target.schema }} {%- endcall -%}
{%- elif not execute -%}
    {%- call company_enrichment.say('release_run') -%}
        would release run {{ other.run_id }}, at work since {{ other.since }}; add execute: true
    {%- endcall -%}
{%- else -%}
    {%- do run_query(company_enrichment.begin_read_committed()) -%}
    {%- call company_enrichment.run_sql() -%}
update {{ target.schema }}.enrichment_runs
set lease_until = null, status = 'error'
where invocation_id = {{ company_enrichment.quoted(other.invocation_id) }}
    {%- endcall -%}
    {%- do run_query('commit') -%}
    {%- call company_enrichment.say('release_run') -%}
        released run {{ other.run_id }}, at work since {{ other.since }}
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
