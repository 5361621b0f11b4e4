"""The statements of the lookup queue.

Placeholders in braces are identifiers: {schema}, and the columns of a request, {columns} and {claimed_columns}.
"""

from __future__ import annotations

from psycopg2 import sql

from company_enrichment.records import LookupRequest

ENQUEUE = "select name, normalized_name, request_id, outcome from {schema}.enqueue_names(%s::text[])"

PLAN_ENQUEUE = "select name, normalized_name, request_id, outcome from {schema}.plan_enqueue_names(%s::text[])"

# The candidates are locked in a CTE of their own: PostgreSQL may execute a LIMIT inside a joined
# subquery more than once, and each execution would skip the rows locked by the one before.
#
# Whose lease has run out may have killed its worker: it is taken over alone, when its turn comes, or it would
# cost all others of the batch an attempt, again and again.
#
# The index gives the order. Until a new queue is analysed the planner takes it for almost empty, and would read and
# sort all that is ready for each batch.
DEQUEUE = """
set local enable_sort = off;
with ready as materialized (
    select candidate.id, candidate.attempts, candidate.run_at, candidate.status = 'processing' as is_taken_over
    from {schema}.lookup_requests as candidate
    where
        candidate.finished_at is null
        and candidate.run_at <= now()
        and (candidate.status = 'pending' or candidate.lease_until < now())
    order by candidate.run_at, candidate.id
    limit %(batch_size)s
    for update skip locked
),

given_up as (
    update {schema}.lookup_requests as request
    set
        status = 'failed',
        last_error = case
            when ready.is_taken_over then 'Claimed ' || request.attempts || ' times without a report'
            else request.last_error
        end,
        claimed_by = null,
        lease_until = null,
        finished_at = now(),
        failed_at = now(),
        updated_at = now()
    from ready
    where request.id = ready.id and ready.attempts >= %(maximum_attempts)s
),

placed as (
    select
        ready.id,
        ready.is_taken_over,
        row_number() over (order by ready.run_at, ready.id) as place,
        first_value(ready.is_taken_over) over (order by ready.run_at, ready.id) as is_first_taken_over
    from ready
    where ready.attempts < %(maximum_attempts)s
),

claimed as (
    update {schema}.lookup_requests as request
    set
        status = 'processing',
        attempts = request.attempts + 1,
        claim_number = request.claim_number + 1,
        claimed_by = %(worker)s,
        lease_until = now() + %(lease_seconds)s * interval '1 second',
        updated_at = now()
    from placed
    where
        request.id = placed.id
        and case when placed.is_first_taken_over then placed.place = 1 else not placed.is_taken_over end
    returning {columns}, placed.is_taken_over, request.run_at
)

-- One row per candidate; all NULL for one that was not claimed.
select {claimed_columns}
from ready
left join claimed on ready.id = claimed.id
order by claimed.run_at, claimed.id
"""

# What a claim would take, in the same order, without those that were shown before.
PLAN_DEQUEUE = """
select {columns}, request.status = 'processing' as is_taken_over
from {schema}.lookup_requests as request
where
    request.finished_at is null
    and request.run_at <= now()
    and (request.status = 'pending' or request.lease_until < now())
    and request.attempts < %(maximum_attempts)s
    and request.id <> all(%(shown)s::bigint[])
order by request.run_at, request.id
limit %(batch_size)s
"""

# A claim is good until its lease ends, and for its number: what is reported later, or under an older number, changes
# nothing and comes back as no row. Only what is processing has a lease (a constraint of the table). Compared like
# this, the planner takes a third of the rows for held, and looks the reports up; of the plain comparison it takes one,
# since nothing was processing at the last ANALYZE, and reads the whole table for it.
REPORT = """
with reported as (
    select report.*
    from unnest(
        %(positions)s::integer[], %(ids)s::bigint[], %(claim_numbers)s::integer[], %(outcomes)s::text[],
        %(errors)s::text[], %(seconds)s::double precision[], %(providers)s::text[], %(answers)s::text[],
        %(company_ids)s::text[], %(company_names)s::text[], %(confidences)s::numeric[], %(match_bases)s::text[],
        %(evidences)s::text[]
    ) as report (
        position, id, claim_number, outcome, error, seconds, provider, answer, company_id, company_name, confidence,
        match_basis, evidence
    )
),

judged as (
    update {schema}.lookup_requests as request
    set
        status = case
            when reported.outcome = 'done' then 'done'
            when reported.outcome = 'failed' and request.attempts >= %(maximum_attempts)s then 'failed'
            else 'pending'
        end,
        -- Neither a provider that is out of service nor a worker that stops is the request's fault.
        attempts = request.attempts - (reported.outcome in ('snoozed', 'released'))::integer,
        -- Done, and to be seen: nobody gets an id from an answer without one.
        last_error = case
            when reported.outcome = 'done' and reported.answer = 'unusable'
                then 'Unusable answer: ' || coalesce(reported.evidence::jsonb ->> 'reason', 'no company id')
            when reported.outcome = 'done' and reported.answer = 'found'
                then 'Unusable answer: the company id ' || {schema}.company_id_fault(reported.company_id)
            when reported.outcome = 'done' then null
            when reported.outcome = 'released' then request.last_error
            else reported.error
        end,
        run_at = case
            when reported.outcome = 'snoozed' then now() + reported.seconds * interval '1 second'
            when reported.outcome = 'failed' and request.attempts < %(maximum_attempts)s
                -- Spread by a quarter either way, so that what failed together does not come back together.
                then now() + (%(retry_minutes)s::integer[])[request.attempts] * interval '1 minute'
                * (0.75 + random() / 2)
            else request.run_at
        end,
        claimed_by = null,
        lease_until = null,
        finished_at = case
            when reported.outcome = 'done' then now()
            when reported.outcome = 'failed' and request.attempts >= %(maximum_attempts)s then now()
        end,
        failed_at = case when reported.outcome = 'failed' and request.attempts >= %(maximum_attempts)s then now() end,
        updated_at = now()
    from reported
    where
        request.id = reported.id
        and request.claim_number = reported.claim_number
        and coalesce(request.lease_until, '-infinity') >= now()
    returning reported.*, request.name, request.normalized_name, request.key_version, request.status
),

stored as (
    insert into {schema}.lookup_answers (
        provider, asked_name, normalized_name, key_version, outcome, company_id, company_name, confidence, match_basis,
        evidence, request_id
    )
    select
        judged.provider, judged.name, judged.normalized_name, judged.key_version, judged.answer, judged.company_id,
        judged.company_name, judged.confidence, judged.match_basis, judged.evidence::jsonb, judged.id
    from judged
    where judged.outcome = 'done'
    returning lookup_answers.request_id, lookup_answers.outcome
)

-- An answer that was found may have been turned down when it was stored, for what its company is called or its id.
select
    judged.position,
    case
        when
            judged.answer = 'found'
            and judged.id = any(array(select stored.request_id from stored where stored.outcome = 'not_accepted'))
            then 'vetoed'
        when judged.id = any(array(select stored.request_id from stored where stored.outcome = 'unusable'))
            then 'unusable'
        else judged.status
    end as status
from judged
"""

HEARTBEAT = """
update {schema}.lookup_requests as request
set lease_until = now() + %(lease_seconds)s * interval '1 second', updated_at = now()
from unnest(%(ids)s::bigint[], %(claim_numbers)s::integer[]) as held (id, claim_number)
where
    request.id = held.id
    and request.claim_number = held.claim_number
    and coalesce(request.lease_until, '-infinity') >= now()
returning request.id, request.claim_number
"""

RECORD_ANSWER = """
insert into {schema}.lookup_answers (
    provider, asked_name, normalized_name, outcome, company_id, company_name, confidence, match_basis, evidence
)
values (
    %(provider)s, %(asked_name)s, {schema}.normalize_company_name(%(asked_name)s), %(outcome)s,
    %(company_id)s, %(company_name)s, %(confidence)s, %(match_basis)s, %(evidence)s
)
returning
    answer_id,
    outcome,
    company_id,
    answered_at,
    array(select jsonb_array_elements_text(evidence -> 'vetoes')) as vetoes,
    case when outcome = 'unusable' then evidence ->> 'reason' end as fault
"""

# Neither reads a finished request that is no dead letter.
HEALTH = """
select
    count(*) filter (where request.status = 'pending' and request.run_at <= now()) as ready,
    count(*) filter (where request.status = 'pending' and request.run_at > now()) as waiting,
    count(*) filter (where request.lease_until >= now()) as in_flight,
    count(*) filter (where request.lease_until < now()) as expired,
    (select count(*) from {schema}.lookup_requests as letter where letter.failed_at is not null) as failed,
    min(request.created_at) as oldest_created_at
from {schema}.lookup_requests as request
where request.finished_at is null
"""

ASSIGN_TEMP_IDS = "select name, normalized_name, temp_id, is_new from {schema}.assign_temp_ids(%s::text[])"

PLAN_TEMP_IDS = "select name, normalized_name, temp_id, is_new from {schema}.plan_temp_ids(%s::text[])"

NEXT_TEMP_ID = "select {schema}.next_temp_id() as temp_id"

COUNTS_BY_STATUS = "select status, count(*) as requests from {schema}.lookup_requests group by status"


def composed(text: str, schema: sql.Identifier) -> sql.Composed:
    """Return a statement with its identifiers filled in."""
    return sql.SQL(text).format(
        schema=schema,
        columns=sql.SQL(", ").join(sql.Identifier("request", column) for column in LookupRequest.TABLE_COLUMNS),
        claimed_columns=sql.SQL(", ").join(sql.Identifier("claimed", column) for column in LookupRequest.COLUMNS),
    )
