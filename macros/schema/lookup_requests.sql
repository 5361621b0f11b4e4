{% macro lookup_requests() %}
{#-
  DDL of lookup_requests, the queue of names to be looked up. Owner: the queue.
  finished_at, not status, divides open from closed rows in every index: a claim and its renewal
  then touch no indexed column (one in a predicate counts, too), and the fillfactor leaves room for
  the row's next versions on its page. For the same reason failed_at, and not the status, finds the dead letters: the
  requests that failed for good and were not asked anew. One that asks anew says of which in replay_of.
-#}
create table if not exists {{ target.schema }}.lookup_requests (
    id bigint generated always as identity primary key,
    name text not null,
    normalized_name text not null,
    status text not null default 'pending' check (status in ('pending', 'processing', 'done', 'failed')),
    attempts integer not null default 0 check (attempts >= 0),
    last_error text,
    run_at timestamptz not null default now(),
    claim_number integer not null default 0,
    claimed_by text,
    lease_until timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    finished_at timestamptz,
    failed_at timestamptz,
    replay_of bigint,
    key_version text not null default {{ target.schema }}.company_name_key_version(),
    constraint lookup_requests_finished check ((finished_at is not null) = (status in ('done', 'failed'))),
    constraint lookup_requests_lease check ((lease_until is not null) = (status = 'processing'))
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01)
;
create unique index if not exists lookup_requests_one_open_per_name
on {{ target.schema }}.lookup_requests (normalized_name) where finished_at is null
;
create index if not exists lookup_requests_open
on {{ target.schema }}.lookup_requests (run_at, id) where finished_at is null
;
create index if not exists lookup_requests_closed
on {{ target.schema }}.lookup_requests (normalized_name, finished_at) where finished_at is not null
;
create index if not exists lookup_requests_finished
on {{ target.schema }}.lookup_requests (finished_at) where finished_at is not null
;
create index if not exists lookup_requests_dead_letters
on {{ target.schema }}.lookup_requests (failed_at) where failed_at is not null
{% endmacro %}
