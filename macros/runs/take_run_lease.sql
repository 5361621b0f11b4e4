{% macro take_run_lease() %}
{#-
  Opens the row of this run in enrichment_runs and takes the lease of the schema: one run at a time, because dbt replaces
  views by renaming them, and two runs that do so at once fail at random. A lease that has ended is taken over.

  Another run at work is waited for, run_wait_seconds long, and then refused with its name.
-#}
{%- set schema = target.schema -%}
{%- set attempts = company_enrichment.checked_var('run_wait_seconds') + 1 -%}
{%- set state = namespace(other=none, is_taken=false) -%}
{%- for attempt in range(attempts) if not state.is_taken -%}
    {%- call company_enrichment.in_transaction('run_lease') -%}
        {%- set state.other = company_enrichment.run_at_work() -%}
        {%- if not state.other -%}
            {%- call company_enrichment.run_sql() -%}
update {{ schema }}.enrichment_runs set lease_until = null, status = 'error' where lease_until is not null
            {%- endcall -%}
            {%- call company_enrichment.run_sql() -%}
insert into {{ schema }}.enrichment_runs
    (run_id, project_version, dbt_version, invocation_id, lease_taken_at, lease_until)
values (
    {{ company_enrichment.quoted(company_enrichment.run_id()) }},
    '{{ company_enrichment.project_version() }}',
    '{{ dbt_version }}',
    {{ company_enrichment.quoted(invocation_id) }},
    clock_timestamp(),
    {{ company_enrichment.lease_end() }}
)
on conflict (run_id) do update set
    status = 'running',
    finished_at = null,
    invocation_id = excluded.invocation_id,
    lease_taken_at = excluded.lease_taken_at,
    lease_until = excluded.lease_until
            {%- endcall -%}
            {%- set state.is_taken = true -%}
        {%- endif -%}
    {%- endcall -%}
    {%- if not state.is_taken and attempt + 1 < attempts -%}
        {%- do run_query('select pg_sleep(1)') -%}
    {%- endif -%}
{%- endfor -%}
{%- if not state.is_taken -%}
    {%- call company_enrichment.refuse() -%}
        Run {{ state.other.run_id }} has been at work on schema {{ schema }} since {{ state.other.since }}. Wait for its end; if
        it was killed, its lease ends in {{ state.other.seconds_left }} s, or at once with: dbt run-operation release_run --args '{execute: true}'
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
