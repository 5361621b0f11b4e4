"""Guards of the lookup queue and its worker."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

QUEUE = "python/company_enrichment/lookups/queue.py"
STATEMENTS = "python/company_enrichment/lookups/statements.py"
OPERATIONS = "python/company_enrichment/lookups/operations.py"
LIMITS = "python/company_enrichment/lookups/limits.py"
WORKER = "python/company_enrichment/lookups/worker.py"
CLAIMS = "python/company_enrichment/lookups/claims.py"
ENQUEUE = "macros/schema/enqueue_names.sql"
REQUESTS = "macros/schema/lookup_requests.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "queue: a claim follows the index when the table was never analysed",
        "test_lookup_claims",
        "with_what_waits",
        Edit(STATEMENTS, "set local enable_sort = off;\n", ""),
    ),
    integration_mutant(
        "queue: skip locked",
        "test_lookup_queue",
        "skipped_without_waiting",
        Edit(STATEMENTS, "    for update skip locked\n", "    for update\n"),
    ),
    integration_mutant(
        "queue: oldest first",
        "test_lookup_queue",
        "oldest_requests",
        Edit(STATEMENTS, "    order by candidate.run_at, candidate.id\n"),
    ),
    integration_mutant(
        "queue: batch size",
        "test_lookup_queue",
        "as_many_requests_as_asked_for",
        Edit(STATEMENTS, "    limit %(batch_size)s\n", "    limit %(batch_size)s + 1\n"),
    ),
    integration_mutant(
        "queue: waiting time of a retry",
        "test_lookup_queue",
        "1_5_and_15_minutes",
        Edit(STATEMENTS, "        and candidate.run_at <= now()\n"),
    ),
    integration_mutant(
        "queue: claim number of a report",
        "test_lookup_claims",
        "no_longer_holds",
        Edit(STATEMENTS, "        and request.claim_number = reported.claim_number\n"),
    ),
    integration_mutant(
        "queue: claim number of a heartbeat",
        "test_lookup_claims",
        "no_longer_holds",
        Edit(STATEMENTS, "    and request.claim_number = held.claim_number\n"),
    ),
    integration_mutant(
        "queue: a report ends with the lease",
        "test_lookup_claims",
        "no_longer_holds",
        Edit(STATEMENTS, "        and coalesce(request.lease_until, '-infinity') >= now()\n"),
    ),
    integration_mutant(
        "queue: a heartbeat ends with the lease",
        "test_lookup_claims",
        "no_longer_holds",
        Edit(
            STATEMENTS,
            "    and coalesce(request.lease_until, '-infinity') >= now()\nreturning request.id, request.claim",
            "returning request.id, request.claim",
        ),
    ),
    integration_mutant(
        "queue: a heartbeat is of a claim and not of a request",
        "test_lookup_claims",
        "two_claims_of_one_request",
        Edit(QUEUE, "(request.id, request.claim_number) not in held", "request.id not in {id for id, _ in held}"),
    ),
    integration_mutant(
        "queue: takeover of an expired lease",
        "test_lookup_queue",
        "lease_has_run_out or killed_worker",
        Edit(STATEMENTS, " or candidate.lease_until < now())", ")"),
    ),
    integration_mutant(
        "queue: no takeover of a lease that holds",
        "test_lookup_queue",
        "lease_has_run_out",
        Edit(STATEMENTS, "candidate.lease_until < now()", "candidate.lease_until is not null"),
    ),
    integration_mutant(
        "queue: a takeover is alone",
        "test_lookup_claims",
        "claimed_alone or neighbours",
        Edit(
            STATEMENTS,
            "case when placed.is_first_taken_over then placed.place = 1 else not placed.is_taken_over end",
            "true",
        ),
    ),
    integration_mutant(
        "queue: a takeover waits for its turn",
        "test_lookup_claims",
        "by_its_age",
        Edit(STATEMENTS, "else not placed.is_taken_over end", "else true end"),
    ),
    integration_mutant(
        "queue: limit of claims without a report",
        "test_lookup_queue",
        "claimed_again_and_again",
        Edit(STATEMENTS, "ready.attempts >= %(maximum_attempts)s", "false"),
        Edit(STATEMENTS, "ready.attempts < %(maximum_attempts)s", "true"),
    ),
    integration_mutant(
        "queue: requests behind one that is given up",
        "test_lookup_queue",
        "behind_one_that_is_given_up",
        Edit(QUEUE, "if claimed or not candidates:", "if True:"),
    ),
    integration_mutant(
        "queue: last attempt",
        "test_lookup_queue",
        "the_fourth_is_final",
        Edit(QUEUE, "return len(self._retry_minutes) + 1", "return len(self._retry_minutes) + 2"),
    ),
    integration_mutant(
        "queue: an outage costs no attempt",
        "test_lookup_claims",
        "all_its_attempts or judged_one_by_one",
        Edit(
            STATEMENTS,
            "(reported.outcome in ('snoozed', 'released'))::integer",
            "(reported.outcome = 'released')::integer",
        ),
    ),
    integration_mutant(
        "queue: what is given back costs no attempt",
        "test_lookup_claims",
        "claimed_at_once",
        Edit(
            STATEMENTS,
            "(reported.outcome in ('snoozed', 'released'))::integer",
            "(reported.outcome = 'snoozed')::integer",
        ),
    ),
    integration_mutant(
        "queue: claims touch no index",
        "test_lookup_queue",
        "touches_no_index",
        Edit(REQUESTS, "(normalized_name, finished_at) where finished_at is not null", "(status)"),
    ),
    integration_mutant(
        "queue: dead letters are found by a column of their own",
        "test_lookup_queue",
        "touches_no_index",
        Edit(REQUESTS, "(failed_at) where failed_at is not null", "(finished_at) where status = 'failed'"),
    ),
    integration_mutant(
        "queue: workers are told of new names",
        "test_worker",
        "woken_by_a_new_name",
        Edit(ENQUEUE, "    left join announced on true\n"),
    ),
    integration_mutant(
        "replay: a name that is open is left",
        "test_queue_operations",
        "asked_for_already",
        Edit(OPERATIONS, "    on conflict (normalized_name) where finished_at is null do nothing\n"),
    ),
    integration_mutant(
        "replay: one after the other",
        "test_queue_operations",
        "held_while",
        Edit(
            OPERATIONS, "    order by request.id\n    for update\n),\n\nopened", "    order by request.id\n),\n\nopened"
        ),
    ),
    integration_mutant(
        "replay: dead letters alone",
        "test_queue_operations",
        "all_its_attempts",
        Edit(OPERATIONS, "        request.failed_at is not null\n        and (%(ids)s", "        (%(ids)s"),
    ),
    integration_mutant(
        "prune: dead letters stay",
        "test_queue_operations",
        "finished_long_ago",
        Edit(OPERATIONS, "        and (request.failed_at is null or %(dead_letters)s)\n"),
    ),
    integration_mutant(
        "limits: one place after the other",
        "test_provider_limits",
        "one_after_the_other",
        Edit(
            LIMITS,
            "    select state.* from {schema}.provider_state as state where state.provider = %(provider)s for update\n",
            "    select state.* from {schema}.provider_state as state where state.provider = %(provider)s\n",
        ),
    ),
    integration_mutant(
        "limits: the quota of the day",
        "test_provider_limits",
        "of_all_processes",
        Edit(LIMITS, "greatest(coalesce(%(daily_quota)s::integer - seen.used_today, %(wanted)s), 0)", "%(wanted)s"),
    ),
    integration_mutant(
        "limits: nobody asks in a pause",
        "test_provider_limits",
        "as_the_provider_says",
        Edit(LIMITS, "when seen.is_paused or seen.is_probed then 0", "when seen.is_probed then 0"),
    ),
    integration_mutant(
        "limits: one probes",
        "test_provider_limits",
        "one_request_probes",
        Edit(LIMITS, "case when seen.outages > 0 then 1 else %(wanted)s end,", "%(wanted)s,"),
    ),
    integration_mutant(
        "limits: the others wait for it",
        "test_provider_limits",
        "one_request_probes",
        Edit(LIMITS, "when seen.is_paused or seen.is_probed then 0", "when seen.is_paused then 0"),
    ),
    integration_mutant(
        "limits: one outage counts once",
        "test_provider_limits",
        "count_it_once",
        Edit(LIMITS, "(state.paused_until <= clock_timestamp())::integer", "1"),
    ),
    integration_mutant(
        "worker: a takeover is asked alone",
        "test_worker",
        "asked_alone",
        Edit(
            CLAIMS,
            "if self._waiting and self._waiting[0].is_taken_over and (self._in_flight or self.reports):",
            "if False:",
        ),
    ),
    integration_mutant(
        "worker: nothing is claimed beside a takeover",
        "test_worker",
        "asked_alone",
        Edit(CLAIMS, " or is_taken_over_asked"),
    ),
    unit_mutant(
        "claims: a result stays until it is finished",
        "test_claims",
        "stays_until_it_is_finished",
        Edit(CLAIMS, "yield self._results[0]", "yield self._results.popleft()"),
    ),
    unit_mutant(
        "claims: what comes of an older claim is dropped",
        "test_claims",
        "that_we_claim_again",
        Edit(CLAIMS, "if asked is None or asked.request is not request:", "if asked is None:"),
    ),
    unit_mutant(
        "claims: the report of an older claim leaves the new one",
        "test_claims",
        "leaves_the_new_one",
        Edit(CLAIMS, "if self._held.get(report.request.id) is report.request:", "if True:"),
    ),
    unit_mutant(
        "claims: reports wait for others",
        "test_claims",
        "wait_for_others",
        Edit(CLAIMS, "return bool(self.reports) and is_due", "return bool(self.reports)"),
    ),
    unit_mutant(
        "claims: the first of them decides when leases are renewed",
        "test_claims",
        "does_not_put_the_renewal",
        Edit(
            CLAIMS,
            "        if not self._held:\n            self._renewed_at",
            "        if True:\n            self._renewed_at",
        ),
    ),
    integration_mutant(
        "worker: leases are renewed",
        "test_worker",
        "lease_is_renewed",
        Edit(WORKER, "        self._renew_leases()\n"),
    ),
    integration_mutant(
        "worker: what nobody was asked for is given back",
        "test_worker",
        "gives_the_rest_back",
        Edit(
            CLAIMS,
            "        self._add_reports((ClaimReport.released(request) for request in self._waiting), now)\n",
        ),
    ),
    integration_mutant(
        "worker: a result outlives the loss of the database",
        "test_worker",
        "lost_is_made_anew",
        Edit(
            WORKER,
            "            statuses = self._session.queue.report(reports)\n",
            "            self._claims.reports = []\n"
            "            statuses = self._session.queue.report(reports)\n"
            "            self._claims.reports = reports\n",
        ),
    ),
    integration_mutant(
        "worker: an answer that cannot be stored harms no other",
        "test_worker",
        "cannot_be_stored",
        Edit(
            WORKER,
            "            if isinstance(error, DatabaseReadOnlyError) or not self._session.is_connected():\n"
            "                raise\n",
            "            raise\n",
        ),
    ),
    integration_mutant(
        "enqueue: on conflict",
        "test_lookup_queue",
        "two_sessions_that_enqueue",
        Edit(ENQUEUE, "        on conflict (normalized_name) where finished_at is null do nothing\n"),
    ),
    integration_mutant(
        "enqueue: answered names",
        "test_lookup_queue",
        "was_found_is_asked_again",
        Edit(ENQUEUE, " and not judged.is_answered"),
    ),
    integration_mutant(
        "enqueue: failed names",
        "test_lookup_queue",
        "failed_for_good",
        Edit(ENQUEUE, " and not judged.is_failed"),
    ),
    integration_mutant(
        "enqueue: one open request per name",
        "test_lookup_queue",
        "two_open_requests",
        Edit(REQUESTS, "create unique index", "create index"),
        Edit(ENQUEUE, "        on conflict (normalized_name) where finished_at is null do nothing\n"),
    ),
    integration_mutant(
        "replay: its plan writes nothing",
        "test_queue_operations",
        "plan_of_a_replay",
        Edit(
            OPERATIONS,
            "(read_only_transaction, _PLAN_REPLAY) if plan_only else (own_transaction, _REPLAY)",
            "own_transaction, _REPLAY",
        ),
    ),
    integration_mutant(
        "prune: its plan deletes nothing",
        "test_queue_operations",
        "plan_of_a_pruning",
        Edit(OPERATIONS, "        if plan_only:\n", "        if False:\n"),
    ),
    integration_mutant(
        "worker: its plan asks nobody",
        "test_queue_operations",
        "say_what_they_would_do",
        Edit("python/company_enrichment/cli/queue.py", "        if plan_only:\n", "        if False:\n"),
    ),
]
