{% macro enrichment_runs() %}
{#-
  DDL of enrichment_runs: one row per run with the counts of its summary. The row whose lease_until is set is the run at
  work; the database allows one. Owner: begin_run() and finish_run().
-#}
create table if not exists {{ target.schema }}.enrichment_runs (
    run_id text primary key,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    status text not null default 'running' check (status in ('running', 'success', 'error')),
    project_version text not null,
    dbt_version text not null,
    records bigint,
    resolved_by_match_type jsonb,
    resolved_by_lookup bigint,
    without_company bigint,
    temporary bigint,
    unresolvable bigint,
    mapping_conflicts bigint,
    queue jsonb,
    changes jsonb,
    repointed_temporary_ids bigint,
    invocation_id text,
    lease_taken_at timestamptz,
    lease_until timestamptz
)
;
create unique index if not exists enrichment_runs_one_at_work
on {{ target.schema }}.enrichment_runs ((true)) where lease_until is not null
{% endmacro %}
