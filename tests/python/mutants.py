"""Removes one guard of the code at a time and looks whether a test notices.

Each mutant is a copy of the repository with one change, in which only the tests run that must fail. A mutant
that they let pass has survived: the guard may be lost tomorrow, and nobody will know.

    python tests/python/mutants.py            all of them
    python tests/python/mutants.py sequence   those with this word in their name
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TESTS = "tests/python/integration"

QUEUE = "python/company_enrichment/lookup_queue.py"
STATEMENTS = "python/company_enrichment/lookup_queue_statements.py"
OPERATIONS = "python/company_enrichment/queue_operations.py"
LIMITS = "python/company_enrichment/provider_limits.py"
WORKER = "python/company_enrichment/worker.py"
SERVICE = "python/company_enrichment/service.py"
LOADER = "python/company_enrichment/mapping_loader.py"
DATABASE = "python/company_enrichment/database.py"
LANDING = "python/company_enrichment/mapping_landing.py"
MAPPING_ROWS = "python/company_enrichment/mapping_rows.py"
MAPPING_LOAD = "python/company_enrichment/mapping_load.py"
INGEST = "python/company_enrichment/ingest.py"
INGEST_SQL = "python/company_enrichment/ingest_statements.py"
INGEST_COMMAND = "python/company_enrichment/ingest_command.py"
INGEST_RESOLVER = "python/company_enrichment/ingest_resolver.py"
INPUT_FILES = "python/company_enrichment/input_files.py"
SPREADSHEET_CSV = "python/company_enrichment/spreadsheet_csv.py"
UNKNOWN_NAMES = "python/company_enrichment/unknown_names.py"
WORKBOOKS = "python/company_enrichment/workbooks.py"
REGISTRY = "python/company_enrichment/providers/registry.py"
DIFFERENCES = "macros/normalization/company_name_differences.sql"
RESOLVE = "macros/schema/resolve_company.sql"
RESOLVE_MANY = "macros/schema/resolve_companies.sql"
HTTP = "python/company_enrichment/providers/http_client.py"
EQC = "python/company_enrichment/providers/eqc.py"
RECONCILIATION = "python/company_enrichment/providers/reconciliation.py"
ACCEPTANCE = "python/company_enrichment/providers/acceptance.py"
PROVIDERS = "python/company_enrichment/providers/__init__.py"
WORKER_COMMAND = "python/company_enrichment/worker_command.py"
ENQUEUE = "macros/schema/enqueue_names.sql"
REQUESTS = "macros/schema/lookup_requests.sql"
ASSIGN = "macros/schema/assign_temp_ids.sql"
TAKE = "macros/schema/take_temp_numbers.sql"
SEQUENCE = "macros/schema/temp_id_sequence.sql"
STEPS = "macros/migrations/temp_id_sequence_steps.sql"
TRANSACTION = "macros/migrations/in_transaction.sql"
MERGE = "macros/incremental/merge_differences.sql"
APPEND = "macros/incremental/get_incremental_append_sql.sql"
ONE_WRITER = "macros/incremental/one_writer_at_a_time.sql"
NAME_KEY = "macros/normalization/normalize_company_name.sql"
REMARKS = "macros/normalization/company_name_without_remarks.sql"
IN_FULL = "macros/normalization/company_name_key_in_full.sql"
FOLDED = "macros/normalization/folded_text.sql"
CORE = "macros/normalization/company_name_core.sql"
DEPLOY = "macros/migrations/deploy_schema.sql"
OBJECTS = "macros/migrations/deploy_objects.sql"
ADOPT = "macros/adoption/adopt.sql"
ADOPT_TABLES = "macros/adoption/adopt_tables.sql"
ADOPT_REQUESTS = "macros/adoption/adopt_requests.sql"
ADOPT_MAPPINGS = "macros/adoption/adopt_mappings.sql"
ADOPT_IDS = "macros/adoption/adopt_published_temp_ids.sql"
JUDGED_IDS = "macros/adoption/judged_temp_ids.sql"
JUDGED_REQUESTS = "macros/adoption/judged_requests.sql"
UNDO = "macros/adoption/undo_adoption.sql"
AUDIT = "tests/python/acceptance/test_audit.py"
CHANGES = "macros/resolution/resolution_changes.sql"
THRESHOLDS = "models/monitoring/monitoring_thresholds.sql"
MONITORING = "python/company_enrichment/monitoring.py"
RECORDS_SINCE = "macros/records/records_since.sql"


@dataclass(frozen=True)
class Edit:
    """A text that stands in a file exactly once, and what is put there instead."""

    file: str
    text: str
    replacement: str = ""


@dataclass(frozen=True)
class Mutant:
    """A guard that is missing, and the tests that must notice: words of their names, for pytest's -k."""

    name: str
    tests: str
    must_fail: str
    edits: tuple[Edit, ...]


def _mutant(name: str, tests: str, must_fail: str, *edits: Edit) -> Mutant:
    return Mutant(name, f"{TESTS}/{tests}.py", must_fail, edits)


def _unit_mutant(name: str, tests: str, must_fail: str, *edits: Edit) -> Mutant:
    return Mutant(name, f"tests/python/unit/{tests}.py", must_fail, edits)


def _package_mutant(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return Mutant(name, "tests/python/acceptance/test_installed_package.py", must_fail, edits)


# Not here, because no run works without it: the `begin` among the hooks of dbt_project.yml.
# Nor these, because their loss shows only by chance:
#  - ORDER BY of the insert in enqueue_names and of both strategies: two writers that insert the same keys in
#    opposite orders wait for each other in a circle only when they meet at the right instant;
#  - the list of white space in folded_text(): [:space:] of some databases holds all of it;
#  - the advisory lock of in_transaction(): two migrations at once hardly ever read the old layout both.
MUTANTS = [
    # ---- the queue
    _mutant(
        "queue: a claim follows the index when the table was never analysed",
        "test_lookup_claims",
        "with_what_waits",
        Edit(STATEMENTS, "set local enable_sort = off;\n", ""),
    ),
    _mutant(
        "queue: skip locked",
        "test_lookup_queue",
        "skipped_without_waiting",
        Edit(STATEMENTS, "    for update skip locked\n", "    for update\n"),
    ),
    _mutant(
        "queue: oldest first",
        "test_lookup_queue",
        "oldest_requests",
        Edit(STATEMENTS, "    order by candidate.run_at, candidate.id\n"),
    ),
    _mutant(
        "queue: batch size",
        "test_lookup_queue",
        "as_many_requests_as_asked_for",
        Edit(STATEMENTS, "    limit %(batch_size)s\n", "    limit %(batch_size)s + 1\n"),
    ),
    _mutant(
        "queue: waiting time of a retry",
        "test_lookup_queue",
        "1_5_and_15_minutes",
        Edit(STATEMENTS, "        and candidate.run_at <= now()\n"),
    ),
    _mutant(
        "queue: claim number of a report",
        "test_lookup_claims",
        "no_longer_holds",
        Edit(STATEMENTS, "        and request.claim_number = reported.claim_number\n"),
    ),
    _mutant(
        "queue: claim number of a heartbeat",
        "test_lookup_claims",
        "no_longer_holds",
        Edit(STATEMENTS, "    and request.claim_number = held.claim_number\n"),
    ),
    _mutant(
        "queue: a report ends with the lease",
        "test_lookup_claims",
        "no_longer_holds",
        Edit(STATEMENTS, "        and coalesce(request.lease_until, '-infinity') >= now()\n"),
    ),
    _mutant(
        "queue: a heartbeat ends with the lease",
        "test_lookup_claims",
        "no_longer_holds",
        Edit(
            STATEMENTS,
            "    and coalesce(request.lease_until, '-infinity') >= now()\nreturning request.id, request.claim",
            "returning request.id, request.claim",
        ),
    ),
    _mutant(
        "queue: a heartbeat is of a claim and not of a request",
        "test_lookup_claims",
        "two_claims_of_one_request",
        Edit(QUEUE, "(request.id, request.claim_number) not in held", "request.id not in {id for id, _ in held}"),
    ),
    _mutant(
        "queue: takeover of an expired lease",
        "test_lookup_queue",
        "lease_has_run_out or killed_worker",
        Edit(STATEMENTS, " or candidate.lease_until < now())", ")"),
    ),
    _mutant(
        "queue: no takeover of a lease that holds",
        "test_lookup_queue",
        "lease_has_run_out",
        Edit(STATEMENTS, "candidate.lease_until < now()", "candidate.lease_until is not null"),
    ),
    _mutant(
        "queue: a takeover is alone",
        "test_lookup_claims",
        "claimed_alone or neighbours",
        Edit(
            STATEMENTS,
            "case when placed.is_first_taken_over then placed.place = 1 else not placed.is_taken_over end",
            "true",
        ),
    ),
    _mutant(
        "queue: a takeover waits for its turn",
        "test_lookup_claims",
        "by_its_age",
        Edit(STATEMENTS, "else not placed.is_taken_over end", "else true end"),
    ),
    _mutant(
        "queue: limit of claims without a report",
        "test_lookup_queue",
        "claimed_again_and_again",
        Edit(STATEMENTS, "ready.attempts >= %(maximum_attempts)s", "false"),
        Edit(STATEMENTS, "ready.attempts < %(maximum_attempts)s", "true"),
    ),
    _mutant(
        "queue: requests behind one that is given up",
        "test_lookup_queue",
        "behind_one_that_is_given_up",
        Edit(QUEUE, "if claimed or not candidates:", "if True:"),
    ),
    _mutant(
        "queue: last attempt",
        "test_lookup_queue",
        "the_fourth_is_final",
        Edit(QUEUE, "return len(self._retry_minutes) + 1", "return len(self._retry_minutes) + 2"),
    ),
    _mutant(
        "queue: an outage costs no attempt",
        "test_lookup_claims",
        "all_its_attempts or judged_one_by_one",
        Edit(
            STATEMENTS,
            "(reported.outcome in ('snoozed', 'released'))::integer",
            "(reported.outcome = 'released')::integer",
        ),
    ),
    _mutant(
        "queue: what is given back costs no attempt",
        "test_lookup_claims",
        "claimed_at_once",
        Edit(
            STATEMENTS,
            "(reported.outcome in ('snoozed', 'released'))::integer",
            "(reported.outcome = 'snoozed')::integer",
        ),
    ),
    _mutant(
        "queue: claims touch no index",
        "test_lookup_queue",
        "touches_no_index",
        Edit(REQUESTS, "(normalized_name, finished_at) where finished_at is not null", "(status)"),
    ),
    _mutant(
        "queue: dead letters are found by a column of their own",
        "test_lookup_queue",
        "touches_no_index",
        Edit(REQUESTS, "(failed_at) where failed_at is not null", "(finished_at) where status = 'failed'"),
    ),
    _mutant(
        "queue: workers are told of new names",
        "test_worker",
        "woken_by_a_new_name",
        Edit(ENQUEUE, "    left join announced on true\n"),
    ),
    _mutant(
        "replay: a name that is open is left",
        "test_queue_operations",
        "asked_for_already",
        Edit(OPERATIONS, "    on conflict (normalized_name) where finished_at is null do nothing\n"),
    ),
    _mutant(
        "replay: one after the other",
        "test_queue_operations",
        "held_while",
        Edit(
            OPERATIONS, "    order by request.id\n    for update\n),\n\nopened", "    order by request.id\n),\n\nopened"
        ),
    ),
    _mutant(
        "replay: dead letters alone",
        "test_queue_operations",
        "all_its_attempts",
        Edit(OPERATIONS, "        request.failed_at is not null\n        and (%(ids)s", "        (%(ids)s"),
    ),
    _mutant(
        "prune: dead letters stay",
        "test_queue_operations",
        "finished_long_ago",
        Edit(OPERATIONS, "        and (request.failed_at is null or %(dead_letters)s)\n"),
    ),
    _mutant(
        "limits: one place after the other",
        "test_provider_limits",
        "one_after_the_other",
        Edit(
            LIMITS,
            "    select state.* from {schema}.provider_state as state where state.provider = %(provider)s for update\n",
            "    select state.* from {schema}.provider_state as state where state.provider = %(provider)s\n",
        ),
    ),
    _mutant(
        "limits: the quota of the day",
        "test_provider_limits",
        "of_all_processes",
        Edit(LIMITS, "greatest(coalesce(%(daily_quota)s::integer - seen.used_today, %(wanted)s), 0)", "%(wanted)s"),
    ),
    _mutant(
        "limits: nobody asks in a pause",
        "test_provider_limits",
        "as_the_provider_says",
        Edit(LIMITS, "when seen.is_paused or seen.is_probed then 0", "when seen.is_probed then 0"),
    ),
    _mutant(
        "limits: one probes",
        "test_provider_limits",
        "one_request_probes",
        Edit(LIMITS, "case when seen.outages > 0 then 1 else %(wanted)s end,", "%(wanted)s,"),
    ),
    _mutant(
        "limits: the others wait for it",
        "test_provider_limits",
        "one_request_probes",
        Edit(LIMITS, "when seen.is_paused or seen.is_probed then 0", "when seen.is_paused then 0"),
    ),
    _mutant(
        "limits: one outage counts once",
        "test_provider_limits",
        "count_it_once",
        Edit(LIMITS, "(state.paused_until <= clock_timestamp())::integer", "1"),
    ),
    _mutant(
        "worker: a takeover is asked alone",
        "test_worker",
        "asked_alone",
        Edit(
            WORKER,
            "if self._waiting[0].is_taken_over and (self._in_flight or self._reports):",
            "if False:",
        ),
    ),
    _mutant(
        "worker: nothing is claimed beside a takeover",
        "test_worker",
        "asked_alone",
        Edit(WORKER, "            or is_taken_over_asked\n"),
    ),
    _mutant(
        "worker: leases are renewed",
        "test_worker",
        "lease_is_renewed",
        Edit(WORKER, "        self._renew_leases()\n"),
    ),
    _mutant(
        "worker: what nobody was asked for is given back",
        "test_worker",
        "gives_the_rest_back",
        Edit(
            WORKER,
            "        self._add_reports(ClaimReport.released(request) for request in self._waiting)\n",
        ),
    ),
    _mutant(
        "worker: a result outlives the loss of the database",
        "test_worker",
        "lost_is_made_anew",
        Edit(
            WORKER,
            "            statuses = self._queue.report(self._reports)\n",
            "            reports, self._reports = self._reports, []\n"
            "            statuses = self._queue.report(reports)\n"
            "            self._reports = reports\n",
        ),
    ),
    _mutant(
        "worker: an answer that cannot be stored harms no other",
        "test_worker",
        "cannot_be_stored",
        Edit(
            WORKER,
            '            if not self._is_connected():\n                raise\n            logger.warning("What',
            '            raise\n            logger.warning("What',
        ),
    ),
    _mutant(
        "enqueue: on conflict",
        "test_lookup_queue",
        "two_sessions_that_enqueue",
        Edit(ENQUEUE, "        on conflict (normalized_name) where finished_at is null do nothing\n"),
    ),
    _mutant(
        "enqueue: answered names",
        "test_lookup_queue",
        "was_found_is_asked_again",
        Edit(ENQUEUE, " and not judged.is_answered"),
    ),
    _mutant(
        "enqueue: failed names",
        "test_lookup_queue",
        "failed_for_good",
        Edit(ENQUEUE, " and not judged.is_failed"),
    ),
    _mutant(
        "enqueue: one open request per name",
        "test_lookup_queue",
        "two_open_requests",
        Edit(REQUESTS, "create unique index", "create index"),
        Edit(ENQUEUE, "        on conflict (normalized_name) where finished_at is null do nothing\n"),
    ),
    # ---- transactions
    _mutant(
        "transaction: refusal of an open one",
        "test_temporary_ids",
        "inside_a_transaction_of_the_caller",
        Edit(DATABASE, "    refuse_open_transaction(connection)\n"),
    ),
    _mutant(
        "transaction: refusal before anybody is asked",
        "test_service",
        "refused_before_anybody_is_asked",
        Edit(SERVICE, "            self._queue.check_can_commit()\n", "            pass\n"),
    ),
    _mutant(
        "transaction: savepoint",
        "test_lookup_queue",
        "joins_the_transaction or failing_enqueue",
        Edit(DATABASE, '        cursor.execute("savepoint company_enrichment")\n'),
        Edit(DATABASE, '            cursor.execute("rollback to savepoint company_enrichment")\n'),
        Edit(DATABASE, '            cursor.execute("release savepoint company_enrichment")\n', "            pass\n"),
    ),
    _mutant(
        "transaction: commit of an allocation",
        "test_temporary_ids",
        "committed_before_it_is_returned",
        Edit(DATABASE, "            connection.commit()\n"),
    ),
    # ---- temporary ids
    _mutant(
        "sequence: row lock",
        "test_temporary_ids",
        "want_the_same_new_name_at_once",
        Edit(ASSIGN, "        perform from {{ target.schema }}.temp_id_sequence for update;\n"),
        Edit(TAKE, "    perform from {{ target.schema }}.temp_id_sequence for update;\n"),
    ),
    _mutant(
        "sequence: seeding twice, of names",
        "test_temporary_ids",
        "ids_come_back_in_the_order or seed",
        Edit(ASSIGN, " default values on conflict do nothing;", " default values;"),
    ),
    _mutant(
        "sequence: seeding twice, plain",
        "test_temporary_ids",
        "count_up_from_one or seed",
        Edit(TAKE, " default values on conflict do nothing;", " default values;"),
    ),
    _mutant(
        "sequence: lift above the ledger",
        "test_temporary_ids",
        "older_backup",
        Edit(TAKE, "(select coalesce(max(issued.temp_number), 0)", "(select 0 * count(*)::integer"),
    ),
    _mutant(
        "sequence: one row",
        "test_temporary_ids",
        "two_rows or count_up",
        Edit(SEQUENCE, "create unique index", "create index"),
    ),
    _mutant(
        "sequence: the last number",
        "test_temporary_ids",
        "end_of_the_numbers",
        Edit(ASSIGN, "first_number - 1 + u.position::integer", "first_number + u.position::integer - 1"),
    ),
    _mutant(
        "sequence: order of a block",
        "test_temporary_ids",
        "without_gaps_in_the_order_of_the_names",
        Edit(ASSIGN, "array_agg(missing.name order by missing.position)", "array_agg(missing.name order by key)"),
        Edit(ASSIGN, "array_agg(missing.key order by missing.position)", "array_agg(missing.key order by key)"),
    ),
    _mutant(
        "plan: the same numbers as assigned",
        "test_temporary_ids",
        "would_get_new_ids",
        Edit(
            "macros/schema/plan_temp_ids.sql",
            "row_number() over (order by given.position)",
            "row_number() over (order by given.key)",
        ),
    ),
    _mutant(
        "sequence: new once",
        "test_temporary_ids",
        "new_only_once",
        Edit(ASSIGN, "        and given.position = min(given.position) over (partition by given.key)\n"),
    ),
    _mutant(
        "temporary ids: commits that outlast a crash",
        "test_temporary_ids",
        "outlasts_a_crash",
        Edit(TAKE, "set_config('synchronous_commit', 'on', true)", "1"),
    ),
    _mutant(
        "temporary ids: a change of the rules is waited for",
        "test_rekeying",
        "waits",
        Edit(ASSIGN, "    lock table {{ target.schema }}.temp_company_ids in access share mode;\n"),
    ),
    # ---- the online resolver
    _mutant(
        "service: a unit is taken before the request",
        "test_service",
        "costs_its_unit",
        Edit(SERVICE, "                    elif budget.take():\n", "                    elif budget.remaining:\n"),
        Edit(
            SERVICE,
            "            answer = provider.lookup(entry.name)\n",
            "            answer = provider.lookup(entry.name)\n            self.budget().take()\n",
        ),
    ),
    _mutant(
        "service: one unit per name",
        "test_service",
        "five_rows_of_one_name",
        Edit(
            SERVICE,
            "unknown.setdefault(str(match.normalized_name), _UnknownName(",
            "unknown.setdefault(str(match.normalized_name) + str(record.customer_name), _UnknownName(",
        ),
    ),
    _mutant(
        "service: names that were asked for lately",
        "test_service",
        "neither_queued_nor_asked_again",
        Edit(SERVICE, "            if entry.is_asked:\n", "            if False:\n"),
    ),
    _mutant(
        "registry: two companies of one name",
        "test_service",
        "two_companies_bear",
        Edit(REGISTRY, "if len(exact) == 1:", "if exact:"),
    ),
    # ---- the name key
    _mutant(
        "name key: endings with a rule, plain names",
        "test_name_key_properties",
        "nearly_plain or nothing_but_a_marker",
        Edit(NAME_KEY, "        and right(name, 1) <> all ({{ last_letters }})\n"),
    ),
    _mutant(
        "name key: endings with a rule, names with blanks",
        "test_name_key",
        "names_nobody",
        Edit(NAME_KEY, "        and right(rtrim(name), 1) <> all ({{ last_letters }})\n"),
        Edit(NAME_KEY, "        and right(rtrim(name, '.'), 1) <> all ({{ last_letters }})\n"),
    ),
    _mutant(
        "name key: brackets in pairs",
        "test_name_key_properties",
        "nearly_plain",
        Edit(NAME_KEY, "][' ~ letter ~ ' ]*(?:[(（][' ~ letter ~ ' ]*[)）]['", "][()（）' ~ letter ~ ' ]*(?:['"),
    ),
    _mutant(
        "name key: markers of ASCII letters",
        "test_name_rules_deployment",
        "any_width_case",
        Edit(NAME_KEY, "{%- if not western_remarks %}", "{%- if true %}"),
    ),
    _mutant(
        "name key: capitals that two letters share",
        "test_name_key",
        "spelling_and_remarks",
        Edit(FOLDED, '"lower(upper(" ~ compatible ~ "))"', '"lower(" ~ compatible ~ ")"'),
    ),
    _mutant(
        "name key: greatest length",
        "test_name_key",
        "fits_into_an_index",
        Edit(
            REMARKS, "    if char_length(folded) > {{ var('name_maximum_length') | int }} then\n", "    if false then\n"
        ),
    ),
    _mutant(
        "name key: placeholder behind a marker",
        "test_name_key",
        "names_nobody",
        Edit(REMARKS, "    if is_placeholder or btrim(", "    if is_placeholder and btrim("),
    ),
    _mutant(
        "name key: protected names",
        "test_name_rules_deployment",
        "any_width_case",
        Edit(
            REMARKS,
            "        if replace(without_markers, ' ', '') = {{ any_protected_name }} then",
            "        if false then",
        ),
        Edit(REMARKS, "    if replace(folded, ' ', '') = {{ any_protected_name }} then", "    if false then"),
    ),
    _mutant(
        "name key: only a marker may leave nothing",
        "test_name_key",
        "account_word_or_code_alone",
        Edit(REMARKS, "    is_empty := without_remarks !~ '[[:alnum:]]';", "    is_empty := false;"),
    ),
    _mutant(
        "name key: a bracket that opens begins a part of the name",
        "test_name_key",
        "holds_a_part_of_the_name",
        Edit(REMARKS, "']+[' ~ delimiters.separator ~ ')]+') }}", "']+[' ~ delimiters.separator ~ '()]+') }}"),
    ),
    _mutant(
        "name key: characters that became neighbours",
        "test_name_key",
        "spelling_and_remarks",
        Edit(
            IN_FULL,
            "        key := normalize(key, nfkc);",
            "        key := key;",
        ),
    ),
    _mutant(
        "name key: a lone marker names nobody",
        "test_name_key",
        "names_nobody",
        Edit(
            IN_FULL,
            "    if key = any ({{ company_enrichment.quoted_array(names_of_nobody | unique) }}) then",
            "    if false then",
        ),
    ),
    _mutant(
        "name key: session settings, search_path",
        "test_name_key_properties",
        "does_not_depend_on_the_session",
        Edit(REMARKS, "set search_path = pg_catalog, pg_temp\n"),
        Edit(IN_FULL, "set search_path = pg_catalog, pg_temp\n"),
    ),
    _mutant(
        "name key: texts of vars are escaped",
        "test_name_rules_deployment",
        "neither_patterns",
        Edit(
            "macros/normalization/any_text_of.sql",
            "characters.append(modules.re.escape(character))",
            "characters.append(character)",
        ),
    ),
    _mutant(
        "core: never empty",
        "test_company_name_core",
        "in_brackets_is_its_own_core",
        Edit(CORE, "    if words <> '' then", "    if true then"),
    ),
    _mutant(
        "core: what is nothing but a legal form keeps it",
        "test_company_name_core",
        "nothing_but_a_part",
        Edit(CORE, "    elsif found_form not in ('', words) then", "    elsif found_form <> '' then"),
    ),
    _mutant(
        "name rules: kept while keys are stored",
        "test_name_rules_deployment",
        "not_deployed_over_stored_keys",
        Edit(
            "macros/migrations/deployment_plan.sql",
            "    and company_enrichment.has_stored_name_keys()\n",
            "    and false\n",
        ),
    ),
    _mutant(
        "name rules: not over stored keys",
        "test_name_rules_deployment",
        "not_deployed_over_stored_keys",
        Edit(OBJECTS, "{%- if is_missing or not plan.keeps_name_key -%}", "{%- if true -%}"),
    ),
    _mutant(
        "name rules: indexes over the key",
        "test_name_rules_deployment",
        "indexes_over_the_key",
        Edit(OBJECTS, "{%- do company_enrichment.rebuild_name_indexes() -%}"),
    ),
    _mutant(
        "name rules: a changed character type",
        "test_name_rules_deployment",
        "changed_character_type",
        Edit(DEPLOY, "    {%- do company_enrichment.warn_of_changed_characters(deployed) -%}\n"),
    ),
    _mutant(
        "unsuitable database: dbt",
        "test_name_rules_deployment",
        "refused_by_all",
        Edit(DEPLOY, "{%- do company_enrichment.refuse_unsuitable_database() -%}\n"),
    ),
    _mutant(
        "unsuitable database: commands",
        "test_name_rules_deployment",
        "refused_by_all",
        Edit(
            DATABASE,
            "            with own_transaction(connection) as cursor:\n"
            "                refuse_unsuitable_database(cursor)\n",
            "            pass\n",
        ),
    ),
    _mutant(
        "unsuitable database: resolver",
        "test_name_rules_deployment",
        "refused_by_all",
        Edit(LOADER, "                refuse_unsuitable_database(cursor)\n"),
    ),
    _mutant(
        "unusable text: resolver",
        "test_service",
        "cannot_be_stored",
        Edit(SERVICE, "            records[position] = CustomerKeys()\n", "            pass\n"),
    ),
    _mutant(
        "unusable text: queue",
        "test_lookup_queue",
        "cannot_be_stored",
        Edit("python/company_enrichment/unusable_text.py", "        if fault is not None:\n", "        if False:\n"),
    ),
    # ---- migration of the sequence
    _mutant(
        "migration: the highest counter counts",
        "test_temp_id_sequence_migration",
        "counter_is_kept",
        Edit(STEPS, "            ~ ' desc nulls last limit 1)'", "            ~ ' limit 1)'"),
    ),
    _mutant(
        "migration: behind the ids in use",
        "test_temp_id_sequence_migration",
        "behind_an_id_in_use or published_elsewhere",
        Edit("macros/migrations/migrate_temp_id_sequence.sql", "[highest, at_least or 0] | max", "at_least or 0"),
    ),
    _mutant(
        "migration: no reset of what was issued",
        "test_temp_id_sequence_migration",
        "reset_only_when",
        Edit("macros/migrations/migrate_temp_id_sequence.sql", "{%- if reset and highest > 0 -%}", "{%- if false -%}"),
    ),
    _mutant(
        "run: the sequence is lifted",
        "test_temp_id_sequence_migration",
        "published_elsewhere",
        Edit(
            "macros/runs/begin_run.sql", "        {%- do company_enrichment.lift_sequence_behind_published_ids() -%}\n"
        ),
    ),
    _mutant(
        "lift: the counter is never lowered",
        "test_temp_id_sequence_migration",
        "never_lowered",
        Edit(STEPS, "else [found, at_least] | max", "else at_least or found"),
    ),
    _mutant(
        "migration: one transaction",
        "test_temp_id_sequence_migration",
        "fails_half_way",
        Edit(TRANSACTION, '{%- do run_query("begin") -%}\n'),
    ),
    _mutant(
        "migration: plan only",
        "test_temp_id_sequence_migration",
        "plan_only",
        Edit(
            "macros/migrations/migrate_temp_id_sequence.sql",
            "{%- if plan_only -%}\n        {%- set steps",
            "{%- if false -%}\n        {%- set steps",
        ),
        Edit("macros/migrations/migrate_temp_id_sequence.sql", '{%- do run_query("set transaction read only") -%}'),
    ),
    _mutant(
        "migration: a plan cannot write",
        "test_temp_id_sequence_migration",
        "read_only_transaction",
        Edit(
            "macros/migrations/migrate_temp_id_sequence.sql",
            '        {%- do run_query("set transaction read only") -%}\n',
        ),
    ),
    _mutant(
        "migration: recorded",
        "test_temp_id_sequence_migration",
        "does_and_records",
        Edit(
            "macros/migrations/migrate_temp_id_sequence.sql",
            "            {%- do company_enrichment.record_migration(steps) -%}\n",
        ),
    ),
    _mutant(
        "migration: the record repeats the version",
        "test_temp_id_sequence_migration",
        "leaves_the_deployed_version",
        Edit("macros/migrations/record_migration.sql", "select coalesce(deployed.version, 0),", "select 0,"),
    ),
    _mutant(
        "migration: a record is no deployment",
        "test_temp_id_sequence_migration",
        "ends_with_1",
        Edit("macros/migrations/deployed_schema.sql", " where version > 0"),
    ),
    _mutant(
        "migration: numbers drawn meanwhile",
        "test_temp_id_sequence_migration",
        "drawn_while",
        Edit(
            "macros/migrations/bring_temp_id_sequence.sql",
            '    {%- do run_query("lock table " ~ table ~ " in access exclusive mode") -%}\n',
        ),
    ),
    _mutant(
        "migration: the higher of two columns",
        "test_temp_id_sequence_migration",
        "counter_is_kept",
        Edit(
            STEPS, 'greatest(0, max("\n    ~ counters | join("), max(") ~ "))', 'greatest(0, max("\n    ~ counter ~ "))'
        ),
    ),
    _mutant(
        "migration: the number of a serial column's sequence",
        "test_temp_id_sequence_migration",
        "counter_is_kept",
        Edit(STEPS, " + owned | map(attribute=1) | map('int') | list"),
    ),
    _mutant(
        "migration: sequences of serial columns",
        "test_temp_id_sequence_migration",
        "lingers",
        Edit(STEPS, "{%- for row in owned if row[2] == counter and row[3] == 'a' -%}", "{%- for row in [] -%}"),
    ),
    _mutant(
        "migration: a type is changed only when it has to be",
        "test_temp_id_sequence_migration",
        "are_kept",
        Edit(STEPS, "{%- if last_number.type != 'integer' -%}", "{%- if true -%}"),
    ),
    _mutant(
        "migration: counters above INTEGER",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(STEPS, "{%- if found > 2147483647 or (state[2] or 0) < 0 -%}", "{%- if (state[2] or 0) < 0 -%}"),
    ),
    _mutant(
        "migration: negative counters",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(STEPS, "{%- if found > 2147483647 or (state[2] or 0) < 0 -%}", "{%- if found > 2147483647 -%}"),
    ),
    _mutant(
        "migration: other relations",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(STEPS, "{%- elif kind[0] != 'r' -%}", "{%- elif false -%}"),
    ),
    _mutant(
        "migration: other types",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            STEPS,
            "{%- for column in counters if columns[column].type not in",
            "{%- for column in [] if columns[column].type not in",
        ),
    ),
    _mutant(
        "migration: columns without default",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            "macros/migrations/temp_id_sequence_obstacles.sql", " and not atthasdef and attidentity = ''", " and false"
        ),
    ),
    _mutant(
        "migration: conditions",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            "macros/migrations/temp_id_sequence_obstacles.sql",
            ") is false from (select 0 as",
            ") and false from (select 0 as",
        ),
    ),
    _mutant(
        "migration: foreign keys",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit("macros/migrations/temp_id_sequence_obstacles.sql", "contype = 'f'", "contype = 'f' and false"),
    ),
    _mutant(
        "migration: views on a column",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            "macros/migrations/temp_id_sequence_obstacles.sql", ".rows if row[0] in changes -%}", ".rows if false -%}"
        ),
    ),
    _mutant(
        "migration: views on the primary key",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            "macros/migrations/temp_id_sequence_obstacles.sql",
            "refclassid = 'pg_constraint'::regclass order by 1",
            "refclassid = 'pg_class'::regclass order by 1",
        ),
    ),
    _mutant(
        "migration: triggers",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            "macros/migrations/temp_id_sequence_obstacles.sql",
            "{%- if counter == 'id' or 'id' in changes -%}",
            "{%- if false -%}",
        ),
    ),
    _mutant(
        "migration: shared sequences",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            "macros/migrations/temp_id_sequence_obstacles.sql",
            "ownership.deptype = 'a' and own.oid is null",
            "ownership.deptype = 'a' and false",
        ),
    ),
    _mutant(
        "migration: native sequence before its number",
        "test_temp_id_sequence_migration",
        "counter_is_kept",
        Edit("macros/migrations/native_sequence_steps.sql", "else last_value - 1 end", "else last_value end"),
    ),
    _mutant(
        "migration: native sequence in use",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit("macros/migrations/native_sequence_steps.sql", "{%- if users -%}", "{%- if false -%}"),
    ),
    _mutant(
        "migration: native sequence downwards",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit("macros/migrations/native_sequence_steps.sql", "{%- if state[1] -%}", "{%- if false -%}"),
    ),
    _mutant(
        "migration: native sequence above INTEGER",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            "macros/migrations/native_sequence_steps.sql",
            "{%- elif found < 0 or found > 2147483647 -%}",
            "{%- elif false -%}",
        ),
    ),
    # ---- versions of the operational tables
    _mutant(
        "version: open duplicates",
        "test_schema_migrations",
        "version_1",
        Edit("macros/migrations/numbered_migrations.sql", "duplicates.oldest_id <> folded.id", "false"),
    ),
    _mutant(
        "version: to_company_id",
        "test_schema_migrations",
        "version_1",
        Edit(
            "macros/migrations/numbered_migrations.sql",
            "alter column to_company_id drop not null",
            "alter column to_company_id drop default",
        ),
    ),
    _mutant(
        "version: index of failed requests",
        "test_schema_migrations",
        "version_1",
        Edit(
            "macros/migrations/numbered_migrations.sql",
            '"drop index if exists " ~ target.schema ~ ".lookup_requests_failed"',
        ),
    ),
    _mutant(
        "version: refused by the queue",
        "test_schema_migrations",
        "once_and_at_every_claim",
        Edit(QUEUE, "                refuse_other_schema_version(cursor, self._schema)\n"),
    ),
    _mutant(
        "version: refused at every claim",
        "test_schema_migrations",
        "once_and_at_every_claim or old_worker",
        Edit(QUEUE, "            self._is_version_checked = False\n            with", "            with"),
    ),
    _mutant(
        "version: looked at once",
        "test_schema_migrations",
        "once_and_at_every_claim",
        Edit(QUEUE, "                self._is_version_checked = True\n"),
    ),
    _mutant(
        "version: what is claimed can be reported",
        "test_schema_migrations",
        "once_and_at_every_claim",
        Edit(
            QUEUE,
            "        with own_transaction(self._connection) as cursor:\n"
            "            cursor.execute(\n                composed(REPORT",
            "        with self._transaction(own_transaction) as cursor:\n"
            "            cursor.execute(\n                composed(REPORT",
        ),
    ),
    _mutant(
        "version: refused by the resolver",
        "test_schema_migrations",
        "once_and_at_every_claim",
        Edit(LOADER, "                refuse_other_schema_version(cursor, self._schema)\n"),
    ),
    _mutant(
        "version: refused by commands",
        "test_schema_migrations",
        "every_command",
        Edit(
            "python/company_enrichment/command_environment.py",
            "            refuse_other_schema_version(cursor, sql.Identifier(environment.schema))\n",
            "            pass\n",
        ),
    ),
    _mutant(
        "version: refused by the main job before dbt",
        "test_schema_migrations",
        "every_command",
        Edit(
            "python/company_enrichment/pipeline.py",
            "            refuse_newer_schema_version(cursor, sql.Identifier(schema))\n",
            "            pass\n",
        ),
    ),
    _mutant(
        "version: the main job migrates",
        "test_schema_migrations",
        "main_job_brings",
        Edit(
            "python/company_enrichment/pipeline.py",
            "            refuse_newer_schema_version(cursor, sql.Identifier(schema))\n",
            "            refuse_other_schema_version(cursor, sql.Identifier(schema))\n",
        ),
    ),
    _mutant(
        "version: the newest row",
        "test_schema_migrations",
        "newest_row",
        Edit(
            "python/company_enrichment/schema_version.py",
            "order by applied.applied_at desc\n",
            "order by applied.version desc\n",
        ),
    ),
    _mutant(
        "version: a record is no deployment",
        "test_schema_migrations",
        "newest_row",
        Edit("python/company_enrichment/schema_version.py", "where applied.version > 0\n"),
    ),
    # ---- incremental strategies
    _mutant(
        "merge: on conflict",
        "test_incremental_strategies",
        "a_merge",
        Edit(
            MERGE,
            """on conflict ({{ keys | join(', ') }})
{%- if compared %} do update set
    {% for column in updated %}{{ column }} = excluded.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
where
    ({% for column in compared %}stored.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
    is distinct from ({% for column in compared %}excluded.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
{%- else %} do nothing
{%- endif %}
""",
        ),
    ),
    _mutant(
        "merge: unchanged rows are joined out",
        "test_incremental_strategies",
        "writes_no_row",
        Edit(MERGE, "    present.{{ keys[0] }} is null\n", "    true\n"),
    ),
    _mutant(
        "merge: unchanged rows are not updated",
        "test_incremental_strategies",
        "with_the_same_content",
        Edit(
            MERGE,
            "where\n    ({% for column in compared %}stored.",
            "where\n    true or ({% for column in compared %}stored.",
        ),
    ),
    _mutant(
        "append: on conflict",
        "test_incremental_strategies",
        "an_append",
        Edit(APPEND, "on conflict ({{ keys | join(', ') }}) do nothing\n"),
    ),
    _mutant(
        "append: one writer at a time",
        "test_incremental_strategies",
        "second_sees_what_the_first_has_decided",
        Edit(ONE_WRITER, "select pg_advisory_xact_lock(", "select ("),
    ),
    # ---- corrections
    _mutant(
        "correction: an undone one holds no alias",
        "test_company_id_corrections",
        "undoes_a_correction",
        Edit("macros/mapping/aliases_in_force.sql", "\n        and held.superseded_by is null"),
    ),
    _mutant(
        "correction: an undone one holds no answered name",
        "test_company_id_corrections",
        "undoes_a_correction or alias_by_alias",
        Edit("macros/cache/best_answers.sql", "\n        and held.superseded_by is null"),
    ),
    _mutant(
        "correction: an undone one replaces no company",
        "test_company_id_corrections",
        "undoes_a_correction",
        Edit("macros/corrections/replaces.sql", ".undone_by is null)", ".correction_id is not null)"),
    ),
    _mutant(
        "correction: held aliases outrank loads",
        "test_company_id_corrections",
        "given_to_nobody_again or unit_tests",
        Edit(
            "macros/mapping/mapping_decisions.sql",
            "and (held.correction_id is not null or coalesce(replaced.kind = 'corrected', false)) as is_overruled",
            "and coalesce(replaced.kind = 'corrected', false) as is_overruled",
        ),
    ),
    _mutant(
        "correction: an id found wrong makes no alias",
        "test_company_id_corrections",
        "given_to_nobody_again or unit_tests",
        Edit(
            "macros/mapping/mapping_decisions.sql",
            "and (held.correction_id is not null or coalesce(replaced.kind = 'corrected', false)) as is_overruled",
            "and held.correction_id is not null as is_overruled",
        ),
    ),
    _mutant(
        "correction: a merged id changes no alias that is there",
        "test_company_id_corrections",
        "unit_tests",
        Edit(
            "macros/mapping/mapping_decisions.sql",
            "            when is_replaced then null\n",
        ),
    ),
    _mutant(
        "correction: an id found wrong answers no name",
        "test_company_id_corrections",
        "given_to_nobody_again",
        Edit(
            "macros/cache/best_answers.sql",
            "(held.correction_id is not null or replaced.kind is distinct from 'corrected')",
            "true",
        ),
    ),
    _mutant(
        "correction: circles and retired ids",
        "test_company_id_corrections",
        "circles",
        Edit(
            "macros/corrections/correct_company_id.sql",
            "        {%- do company_enrichment.refuse_correction(decision) -%}\n",
        ),
    ),
    _mutant(
        "correction: chains are followed",
        "test_company_id_corrections",
        "chains",
        Edit("macros/corrections/record_correction.sql", "{%- do company_enrichment.follow_corrections() -%}\n"),
    ),
    _mutant(
        "correction: what was superseded holds again",
        "test_company_id_corrections",
        "alias_by_alias",
        Edit(
            "macros/corrections/record_correction.sql",
            "nullif(undone.superseded_by, ",
            "greatest(undone.superseded_by, ",
        ),
    ),
    _mutant(
        "correction: waits for a run at work",
        "test_company_id_corrections",
        "waits_for_a_run",
        Edit(
            "macros/incremental/hold_models.sql",
            "    {%- do run_query(company_enrichment.one_writer_at_a_time(model)) -%}\n",
        ),
    ),
    _mutant(
        "correction: one in force",
        "test_company_id_corrections",
        "one_decision_in_force",
        Edit(
            "macros/schema/company_id_corrections.sql",
            "create unique index if not exists company_id_corrections_one",
            "create index if not exists company_id_corrections_one",
        ),
    ),
    _mutant(
        "correction: one holder of an alias",
        "test_company_id_corrections",
        "one_decision_in_force",
        Edit(
            "macros/schema/corrected_aliases.sql",
            "create unique index if not exists corrected_aliases_one",
            "create index if not exists corrected_aliases_one",
        ),
    ),
    _mutant(
        "correction: without execute nothing is done",
        "test_company_id_corrections",
        "without_execute",
        Edit(
            "macros/corrections/correct_company_id.sql",
            "    {%- if execute -%}\n        {%- set correction_id",
            "    {%- if true -%}\n        {%- set correction_id",
        ),
    ),
    # ---- the crosswalk
    _mutant(
        "crosswalk: one open row",
        "test_crosswalk",
        "one_open_row",
        Edit("macros/incremental/index_open_rows.sql", "create unique index", "create index"),
    ),
    _mutant(
        "crosswalk: a closed row leads nowhere",
        "test_crosswalk",
        "re_pointed",
        Edit(
            "macros/resolution/current_company_id.sql",
            "where step.from_company_id = {{ company_id }} and step.valid_to is null and",
            "where step.from_company_id = {{ company_id }} and",
        ),
    ),
    _mutant(
        "crosswalk: only temporary ids become unresolved",
        "test_company_id_corrections",
        "undoes_a_correction",
        Edit("macros/resolution/crosswalk_changes.sql", " or stored_kind = 'resolved'", " or stored_kind is not null"),
    ),
    # ---- the change feed
    _mutant(
        "feed: the watermark is of the time before the query",
        "test_change_feed",
        "committed_late",
        Edit("macros/incremental/note_watermark.sql", "pg_snapshot_xmin", "pg_snapshot_xmax"),
    ),
    _mutant(
        "feed: the transaction at the watermark is read again",
        "test_change_feed",
        "committed_late",
        Edit("macros/incremental/is_changed.sql", ".changed_in >= '", ".changed_in > '"),
    ),
    _mutant(
        "totals: rows that are inserted count",
        "test_change_feed",
        "totals_follow",
        Edit(
            "macros/schema/resolution_totals.sql",
            "records = totals.records + excluded.records",
            "records = totals.records",
        ),
    ),
    _mutant(
        "totals: rows that are no longer of an outcome do not count",
        "test_change_feed",
        "totals_follow",
        Edit("macros/schema/resolution_totals.sql", "totals.records - gone.records", "totals.records"),
    ),
    _mutant(
        "totals: a table that is emptied has none",
        "test_change_feed",
        "totals_follow",
        Edit("macros/schema/resolution_totals.sql", "if tg_op = 'TRUNCATE' then", "if false then"),
    ),
    _mutant(
        "totals: a rebuilt table is counted anew",
        "test_change_feed",
        "totals_follow",
        Edit("macros/resolution/keep_resolution_totals.sql", "delete from {{ target.schema }}.resolution_totals;", ""),
    ),
    _mutant(
        "totals: the summary reads them",
        "test_change_feed",
        "nothing_to_do",
        Edit(
            "macros/runs/run_summary.sql",
            "from {{ schema }}.resolution_totals as coverage",
            "from (select status, match_type, count(*) as records from {{ schema }}.company_resolution"
            " group by status, match_type) as coverage",
        ),
    ),
    _mutant(
        "feed: an update is a change",
        "test_change_feed",
        "other_content",
        Edit("macros/schema/changed_in_column.sql", "    new.changed_in := pg_catalog.pg_current_xact_id();\n"),
    ),
    _mutant(
        "feed: a watermark of another system does not count",
        "test_change_feed",
        "another_database",
        Edit("macros/incremental/watermark.sql", "using (system_identifier, content_hash)", "using (content_hash)"),
    ),
    _mutant(
        "feed: a watermark of other rules does not count",
        "test_change_feed",
        "another_database",
        Edit(
            "macros/incremental/watermark.sql", "using (system_identifier, content_hash)", "using (system_identifier)"
        ),
    ),
    _mutant(
        "feed: a watermark still to come does not count",
        "test_change_feed",
        "another_database",
        Edit("macros/incremental/watermark.sql", " and noted.watermark <= pg_snapshot_xmin(pg_current_snapshot())"),
    ),
    _mutant(
        "feed: everything is compared on request",
        "test_change_feed",
        "on_request",
        Edit("macros/incremental/watermark.sql", " and not var('compare_everything')"),
    ),
    _mutant(
        "feed: a changed alias reaches its records",
        "test_change_feed",
        "have_not_changed",
        Edit("macros/resolution/affected_record_keys.sql", "company_enrichment.match_types()", "[]"),
    ),
    _mutant(
        "feed: an answer reaches its records",
        "test_change_feed",
        "have_not_changed",
        Edit(
            "macros/resolution/affected_record_keys.sql",
            "changed.normalized_name = record_keys.normalized_customer_name",
            "false",
        ),
    ),
    _mutant(
        "feed: an id issued late is in the crosswalk",
        "test_change_feed",
        "known_by_now",
        Edit(
            "macros/resolution/crosswalk_changes.sql",
            "    from {{ ledger }} as changed\n    where {{ company_enrichment.is_changed('changed', since) }}\n",
            "    from {{ ledger }} as changed\n    where false\n",
        ),
    ),
    _mutant(
        "feed: names whose answer has expired are due again",
        "test_change_feed",
        "when_they_are_due",
        Edit("macros/resolution/enqueue_due_names.sql", "where answer.expires_at <= now()", "where false"),
    ),
    _mutant(
        "feed: names whose lookup failed are due again",
        "test_change_feed",
        "when_they_are_due",
        Edit("macros/resolution/enqueue_due_names.sql", "on request.status = 'failed'", "on false"),
    ),
    _mutant(
        "feed: queries of tables are not compiled to machine code",
        "test_change_feed",
        "machine_code",
        Edit("macros/incremental/begin_table.sql", "begin; set local jit = off", "begin"),
    ),
    _mutant(
        "feed: the query of temporary ids is not compiled to machine code",
        "test_change_feed",
        "machine_code",
        Edit("macros/resolution/assign_temporary_ids.sql", "set jit = off; "),
    ),
    _mutant(
        "feed: an index that is there is not made again",
        "test_change_feed",
        "no_second_index",
        Edit("macros/incremental/make_indexes.sql", "not in there", "not in []"),
    ),
    _mutant(
        "feed: a partial index is no index of the same columns",
        "test_change_feed",
        "no_second_index",
        Edit(
            "macros/incremental/make_indexes.sql",
            "there.append([row[0], row[1]])",
            "there.extend([[true, row[1]], [false, row[1]]])",
        ),
    ),
    _mutant(
        "feed: names that only deleted records have are not asked for",
        "test_change_feed",
        "only_deleted_records",
        Edit("macros/resolution/enqueue_due_names.sql", " and record.deleted_at is null", ""),
    ),
    _mutant(
        "feed: names of restored records are asked for",
        "test_change_feed",
        "only_deleted_records",
        Edit(
            "macros/resolution/enqueue_due_names.sql",
            "where {{ company_enrichment.is_changed('record', since) }}",
            "where false",
        ),
    ),
    # ---- answers
    _mutant(
        "answers: the best answer of a name is not pruned",
        "test_lookup_answers",
        "pruned",
        Edit("macros/cache/prune_answers.sql", " and cache.answer_id <> answer.answer_id"),
    ),
    _mutant(
        "answers: nothing is pruned that the cache has not read",
        "test_lookup_answers",
        "pruned",
        Edit(
            "macros/cache/prune_answers.sql",
            "\n    ~ \" and not \" ~ company_enrichment.is_changed('answer', watermark[0][0])",
        ),
    ),
    _mutant(
        "answers: nothing is pruned that spares asking again",
        "test_lookup_answers",
        "pruned",
        Edit(
            "macros/cache/prune_answers.sql",
            "\" where not \" ~ company_enrichment.is_lately_answered('answer')",
            '" where true"',
        ),
    ),
    _mutant(
        "answers: a worse answer of another company does not win",
        "test_lookup_answers",
        "worse_answer",
        Edit("macros/cache/best_answer_first.sql", '.confidence desc nulls last, "', '.answered_at desc, "'),
    ),
    # ---- the run lease
    _mutant(
        "lease: one run at work",
        "test_run_lease",
        "allows_one_lease",
        Edit("macros/schema/enrichment_runs.sql", "create unique index", "create index"),
    ),
    _mutant(
        "lease: a second run is refused",
        "test_run_lease",
        "refused_by_name",
        Edit("macros/runs/take_run_lease.sql", "{%- if not state.other -%}", "{%- if true -%}"),
    ),
    _mutant(
        "lease: a lease that has ended is taken over",
        "test_run_lease",
        "by_its_end",
        Edit("macros/runs/run_at_work.sql", "lease_until > clock_timestamp()", "lease_until is not null"),
    ),
    _mutant(
        "lease: whoever has lost it builds nothing more",
        "test_run_lease",
        "lost_its_lease and table",
        Edit("macros/runs/hold_run_lease.sql", "{%- if not held -%}", "{%- if false -%}"),
    ),
    _mutant(
        "lease: whoever has lost it replaces no view",
        "test_run_lease",
        "lost_its_lease and view",
        Edit(
            "macros/runs/hold_run_lease.sql", " and (renew or model.config.materialized != 'incremental')", " and renew"
        ),
    ),
    _mutant(
        "lease: a table renews it",
        "test_run_lease",
        "a_table_renews",
        Edit(
            "macros/runs/hold_run_lease.sql",
            'lease_until = " ~ company_enrichment.lease_end() ~ "',
            "lease_until = lease_until",
        ),
    ),
    _mutant(
        "lease: a run gives back only its own",
        "test_run_lease",
        "lost_its_lease",
        Edit("macros/runs/finish_run.sql", " and run.lease_until is not null"),
    ),
    _mutant(
        "lease: an operation that writes models waits for no run",
        "test_run_lease",
        "refused_by_name",
        Edit(
            "macros/rekeying/rekey_company_names.sql",
            "        {%- do company_enrichment.refuse_run_at_work('rekey_company_names') -%}\n",
        ),
    ),
    # ---- audit and monitoring
    Mutant(
        "audit: a change names the load that decided",
        AUDIT,
        "which_load_or_answer",
        (Edit(CHANGES, "    resolution.mapping_load_id,\n", "    cast(null as text) as mapping_load_id,\n"),),
    ),
    Mutant(
        "audit: a conflict is over when its loser says otherwise",
        AUDIT,
        "aliases_are_in_conflict",
        (
            Edit(
                "models/monitoring/aliases_in_conflict.sql",
                "    and statements.company_id = conflicts.losing_company_id\n",
            ),
        ),
    ),
    _mutant(
        "audit: an operation does not write into a history without the columns",
        "test_monitoring",
        "older_version_gets",
        Edit("macros/incremental/refuse_old_models.sql", "attname = 'correction_id'", "attname = 'record_id'"),
    ),
    _mutant(
        "monitoring: a dead letter is not waiting",
        "test_monitoring",
        "exceeds_its_limit",
        Edit(THRESHOLDS, "    where state <> 'failed'\n"),
    ),
    _mutant(
        "monitoring: the last run is compared",
        "test_monitoring",
        "exceeds_its_limit",
        Edit(THRESHOLDS, "    where is_latest\n"),
    ),
    _mutant(
        "monitoring: with the median",
        "test_monitoring",
        "exceeds_its_limit",
        Edit(
            "models/monitoring/coverage_by_run.sql",
            "percentile_cont(0.5) within group (order by earlier.coverage)",
            "avg(earlier.coverage)",
        ),
    ),
    _mutant(
        "monitoring: a limit is a number",
        "test_monitoring",
        "wrong_var",
        Edit("macros/monitoring/warning_limit.sql", " or limit < 0"),
    ),
    _mutant(
        "monitoring: a price is a number",
        "test_monitoring",
        "wrong_var",
        Edit("macros/monitoring/price_per_lookup.sql", "price is not number or "),
    ),
    _mutant(
        "monitoring: a model that is not there does not stop status",
        "test_monitoring",
        "status_works",
        Edit(MONITORING, "    except SchemaNotDeployedError:\n        return None\n", "    finally:\n        pass\n"),
    ),
    # ---- re-keying
    _mutant(
        "rekeying: writers wait",
        "test_rekeying",
        "waits",
        Edit("macros/rekeying/rekey_company_names.sql", "in access exclusive mode", "in access share mode"),
    ),
    _mutant(
        "rekeying: a key passes from one id to another",
        "test_rekeying",
        "made_anew",
        Edit(
            "macros/rekeying/rekey_temporary_ids.sql",
            " and (made.new_key is distinct from ledger.normalized_name or made.keeper <> made.temp_number)",
            " and made.keeper <> made.temp_number",
        ),
    ),
    _mutant(
        "rekeying: a key passes from one request to another",
        "test_rekeying",
        "made_anew",
        Edit("macros/rekeying/rekey_requests.sql", " and made.new_key <> request.normalized_name", " and false"),
    ),
    _mutant(
        "rekeying: open requests are folded",
        "test_rekeying",
        "accounted_for",
        Edit(
            "macros/rekeying/rekey_requests.sql",
            "(made.new_key is null or made.keeper <> made.id)",
            "made.new_key is null",
        ),
    ),
    _mutant(
        "rekeying: what a correction holds wins",
        "test_rekeying",
        "accounted_for",
        Edit(
            "macros/rekeying/prepare_rekeying.sql",
            "given.held_by desc nulls last, ",
        ),
    ),
    _mutant(
        "rekeying: the older id stays",
        "test_rekeying",
        "accounted_for",
        Edit("macros/rekeying/prepare_rekeying.sql", " min(given.temp_number) over", " max(given.temp_number) over"),
    ),
    # ---- adoption
    _mutant(
        "adoption: indexes of the predecessor in our schema",
        "test_adoption",
        "their_own_names",
        Edit("macros/adoption/adoption_renames.sql", "if back or schema == target.schema", "if back"),
    ),
    _mutant(
        "adoption: what the registry client stored comes last",
        "test_adoption",
        "stable_order",
        Edit(ADOPT_MAPPINGS, "coalesce(upper(source) = 'EQC', false)", "false"),
    ),
    _mutant(
        "adoption: the newest mapping first",
        "test_adoption",
        "stable_order",
        Edit(ADOPT_MAPPINGS, " updated_at desc nulls last,", " updated_at,"),
    ),
    _mutant(
        "adoption: another load after an undo",
        "test_adoption",
        "beside_ours",
        Edit(ADOPT_MAPPINGS, "first_load if earlier == 0 else", "first_load if true else"),
    ),
    _mutant(
        "adoption: open duplicates",
        "test_adoption",
        "keeps_its_order",
        Edit(JUDGED_REQUESTS, " or request.place_in_name > 1"),
    ),
    _mutant(
        "adoption: open requests of ours",
        "test_adoption",
        "ours_is_asking_for",
        Edit(JUDGED_REQUESTS, "request.open_id is not null or "),
    ),
    _mutant(
        "adoption: the oldest of open duplicates",
        "test_adoption",
        "keeps_its_order",
        Edit(
            JUDGED_REQUESTS,
            "known.name is not null order by keyed.created_at, keyed.id",
            "known.name is not null order by keyed.id",
        ),
    ),
    _mutant(
        "adoption: the order of the queue",
        "test_adoption",
        "keeps_its_order",
        Edit(
            JUDGED_REQUESTS,
            "row_number() over (order by keyed.created_at, keyed.id)",
            "row_number() over (order by keyed.id)",
        ),
    ),
    _mutant(
        "adoption: requests that were taken over before",
        "test_adoption",
        "beside_ours",
        Edit(JUDGED_REQUESTS, "        when request.is_known then 'taken over before'\n"),
    ),
    _mutant(
        "adoption: names that name nobody",
        "test_adoption",
        "keeps_its_order",
        Edit(JUDGED_REQUESTS, "        when request.normalized_name is null then 'left out'\n"),
    ),
    _mutant(
        "adoption: one more try",
        "test_adoption",
        "keeps_its_order",
        Edit(ADOPT_REQUESTS, "least(request.attempts, 3)", "request.attempts"),
    ),
    _mutant(
        "adoption: a request waits since it was made",
        "test_adoption",
        "asked_before_what_ours_did",
        Edit(
            ADOPT_REQUESTS,
            "    least(request.created_at, now()),\n    request.created_at,",
            "    now(),\n    request.created_at,",
        ),
    ),
    _mutant(
        "adoption: an ambiguous id has no name",
        "test_adoption",
        "keeps_its_name or name_that_has_an_id",
        Edit(ADOPT_IDS, "            when bool_or(judged.why is not null) then 'ambiguous'\n"),
    ),
    _mutant(
        "adoption: one id on several names",
        "test_adoption",
        "keeps_its_name",
        Edit(
            JUDGED_IDS,
            "<> max(found.normalized_name) over (partition by found.temp_id)",
            "<> min(found.normalized_name) over (partition by found.temp_id)",
        ),
    ),
    _mutant(
        "adoption: several ids on one name",
        "test_adoption",
        "keeps_its_name",
        Edit(
            JUDGED_IDS,
            "<> max(found.temp_id) over (partition by found.normalized_name)",
            "<> min(found.temp_id) over (partition by found.normalized_name)",
        ),
    ),
    _mutant(
        "adoption: a name that has an id here",
        "test_adoption",
        "name_that_has_an_id",
        Edit(JUDGED_IDS, "        when same_name.temp_id <> found.temp_id then 'the name has another id here'\n"),
    ),
    _mutant(
        "adoption: published ids lift the counter",
        "test_adoption",
        "behind_the_highest_row",
        Edit(ADOPT_TABLES, "company_enrichment.highest_published_temp_number() ~", "0 ~"),
    ),
    _mutant(
        "adoption: the old counter",
        "test_adoption",
        "follows_the_old_counter",
        Edit("macros/adoption/adopt_counter.sql", '.lift_temp_id_sequence(" ~ highest', '.lift_temp_id_sequence(" ~ 0'),
    ),
    _mutant(
        "adoption: a counter beyond INTEGER",
        "test_adoption",
        "fails_leaves_everything",
        Edit("macros/adoption/adopt_counter.sql", "highest > 2147483647", "false"),
    ),
    _mutant(
        "adoption: impossible ids",
        "test_adoption",
        "impossible",
        Edit(ADOPT_TABLES, "{%- do company_enrichment.refuse_impossible_temp_ids(published) -%}\n"),
    ),
    _mutant(
        "adoption: names that are taken",
        "test_adoption",
        "fails_leaves_everything",
        Edit(
            ADOPT_TABLES,
            "company_enrichment.refuse_taken_names(schema, [",
            "[].extend([",
        ),
    ),
    _mutant(
        "adoption: a plan is rolled back",
        "test_adoption",
        "plan_only_says",
        Edit(ADOPT, 'run_query("rollback")', 'run_query("commit")'),
    ),
    _mutant(
        "adoption: no deployment over the predecessor",
        "test_adoption",
        "nothing_is_deployed",
        Edit(DEPLOY, "{%- do company_enrichment.refuse_predecessor_tables() -%}\n"),
    ),
    _mutant(
        "adoption: our counter is not the predecessor's",
        "test_adoption",
        "second_adoption",
        Edit(
            "macros/adoption/predecessor_tables.sql",
            "    'temp_id_sequence': \"not exists (select",
            "    'temp_id_sequence': \"true or not exists (select",
        ),
    ),
    _mutant(
        "adoption: undo puts the counter behind ours",
        "test_adoption",
        "undone",
        Edit(UNDO, "counter, company_enrichment.highest_published_temp_number()", "0, 0"),
    ),
    _mutant(
        "adoption: undo moves ours aside",
        "test_adoption",
        "undone",
        Edit(UNDO, "{%- if schema == target.schema -%}", "{%- if false -%}"),
    ),
    _mutant(
        "adoption: undo leaves a common counter in its place",
        "test_adoption",
        "stays_in_its_place",
        Edit(UNDO, "['temp_id_sequence'] if is_common else []", "[]"),
    ),
    _mutant(
        "adoption: undo moves models aside",
        "test_adoption",
        "moved_aside",
        Edit("macros/adoption/our_objects.sql", "    {%- do relations.append(node.alias) -%}\n"),
    ),
    _mutant(
        "adoption: two at once",
        "test_adoption",
        "two_adoptions",
        Edit(
            TRANSACTION,
            "pg_advisory_xact_lock",
            "abs",
        ),
    ),
    # ---- loads of mappings from Python
    _mutant(
        "claims: the source with the highest priority is in force",
        "test_mapping_load_modes",
        "every_loser",
        Edit(
            "macros/mapping/aliases_in_force.sql",
            "case when claims.claim = 'made' then {{ target.schema }}.mapping_source_priority(claims.source) end,",
        ),
    ),
    _mutant(
        "claims: a lower source does not overrule a higher one",
        "test_mapping_load_modes",
        "every_loser",
        Edit(
            "macros/mapping/mapping_decisions.sql",
            "<= {{ target.schema }}.mapping_source_priority(source_before)",
            "is not null",
        ),
    ),
    _mutant(
        "claims: nor does it among several statements",
        "test_mapping_load_modes",
        "random",
        Edit(
            "macros/mapping/mapping_claims.sql",
            "        order by {{ target.schema }}.mapping_source_priority(claim.key), (claim",
            "        order by (claim",
        ),
    ),
    _mutant(
        "claims: what is appended does not overrule what is stored",
        "test_mapping_load_modes",
        "every_loser",
        Edit(
            "macros/mapping/mapping_decisions.sql",
            "            when mode <> 'append' then 'made'\n",
            "            when true then 'made'\n",
        ),
    ),
    _mutant(
        "claims: nor does it among several statements, appended",
        "test_mapping_load_modes",
        "random",
        Edit("macros/mapping/mapping_claims.sql", "    if mode = 'append' and (", "    if mode = 'none' and ("),
    ),
    _mutant(
        "claims: of one load the first line counts",
        "test_mapping_load_modes",
        "every_loser",
        Edit(
            "macros/mapping/mapping_decisions.sql",
            "when is_overruled or is_repeated_in_load then 'ignore'",
            "when is_overruled then 'ignore'",
        ),
    ),
    _mutant(
        "claims: saying it again does not renew a claim",
        "test_mapping_load_modes",
        "after_each_load",
        Edit(
            "macros/mapping/mapping_claims.sql",
            "    if mode in ('merge', 'replace_source') and",
            "    if mode in ('none') and",
        ),
    ),
    _mutant(
        "claims: delete_insert makes a claim anew",
        "test_mapping_load_modes",
        "after_each_load",
        Edit("macros/mapping/mapping_decisions.sql", "            when mode = 'delete_insert' then 'made'\n"),
    ),
    _mutant(
        "claims: a damaged line retires no alias",
        "test_mapping_load_modes",
        "after_each_load",
        Edit(
            "macros/mapping/absent_keys.sql",
            "present.alias_name is not null\n",
            "present.reject_reason is null\n",
        ),
    ),
    _mutant(
        "claims: what a load of the same run claimed is withdrawn, too",
        "test_mapping_load_modes",
        "same_run",
        Edit("macros/mapping/absent_keys.sql", "    where earlier.is_usable\n", "    where false\n"),
    ),
    _mutant(
        "claims: what was taken back does not come back",
        "test_mapping_load_modes",
        "random",
        Edit("macros/mapping/claims_taken_back.sql", "        and undone.load_id is null\n"),
    ),
    _mutant(
        "claims: what an undo has said is not said by anybody",
        "test_mapping_load_modes",
        "after_each_load",
        Edit("macros/mapping/claims_taken_back.sql", "        and coalesce(loads.mode, 'merge') <> 'undo'\n"),
    ),
    _mutant(
        "claims: a claim that comes back is as old as it was",
        "test_mapping_load_modes",
        "random",
        Edit(
            "macros/mapping/mapping_decisions.sql",
            "        coalesce(taken_back.claim_number, undo.load_number) as claim_number,",
            "        undo.load_number as claim_number,",
        ),
    ),
    _mutant(
        "claims: a retired alias resolves nothing",
        "test_mapping_load_modes",
        "resolves_nothing",
        Edit("macros/resolution/matches_of.sql", "\n        and by_{{ entry.match_type }}.retired_at is null"),
    ),
    _mutant(
        "claims: a retired name gives its temporary id back",
        "test_mapping_load_modes",
        "crosswalk",
        Edit("macros/resolution/crosswalk_changes.sql", " and mapping.retired_at is null"),
    ),
    _mutant(
        "claims: a correction leaves retired aliases retired",
        "test_mapping_load_modes",
        "correction",
        Edit("macros/corrections/covered_aliases.sql", "\n    where retired_at is null"),
    ),
    _mutant(
        "claims: what a correction holds is not retired",
        "test_mapping_load_modes",
        "correction",
        Edit(
            "macros/mapping/aliases_in_force.sql",
            " and held.correction_id is null then named.decided_at",
            " then named.decided_at",
        ),
    ),
    _mutant(
        "claims: history has no rows in which nothing changed",
        "test_mapping_load_modes",
        "random",
        Edit(
            "macros/mapping/alias_history_changes.sql",
            "and case when alias.retired_at is null then alias.company_id end is distinct from open_row.company_id",
        ),
    ),
    _mutant(
        "claims: history has one open row of an alias",
        "test_mapping_load_modes",
        "random",
        Edit("models/mapping/company_mapping_history.yml", "      full_refresh: false\n"),
    ),
    _mutant(
        "claims: an empty seed is no load",
        "test_mapping_loads",
        "seed",
        Edit("macros/mapping/land_seed_mappings.sql", "where content.content_hash is not null and ", "where "),
    ),
    _mutant(
        "mapping load: a load id once",
        "test_mapping_load_from_python",
        "one_load_at_once or empty_load",
        Edit(LANDING, "on conflict (load_id) do nothing\n"),
    ),
    _mutant(
        "mapping load: a load id that SQL has used",
        "test_mapping_load_from_python",
        "landed_by_sql",
        Edit(LANDING, "where not exists (select from {schema}.mapping_records where load_id = %(load_id)s)\n"),
    ),
    _mutant(
        "mapping load: by content, one at a time",
        "test_mapping_load_from_python",
        "one_content_at_once",
        Edit(LANDING, "select pg_advisory_xact_lock(hashtextextended(%s, 0))", "select %s"),
    ),
    _mutant(
        "mapping load: an empty load retires nothing",
        "test_mapping_load_from_python",
        "empty_load",
        Edit(LANDING, 'if read == 0 and request.mode == "replace_source":', "if False:"),
    ),
    _mutant(
        "mapping load: strict",
        "test_mapping_load_from_python",
        "strict_load",
        Edit(LANDING, "        if request.strict:\n", "        if False:\n"),
    ),
    _mutant(
        "mapping load: strict looks at what readers have found",
        "test_mapping_load_from_python",
        "strict_load",
        Edit(
            LANDING, "            problem,\n            {schema}.mapping_fault(", "            {schema}.mapping_fault("
        ),
    ),
    _mutant(
        "mapping load: all rows or none in autocommit, too",
        "test_mapping_load_from_python",
        "used_as_it_stands",
        Edit(DATABASE, "    connection.autocommit = False\n"),
    ),
    _mutant(
        "mapping load: autocommit is given back",
        "test_mapping_load_from_python",
        "used_as_it_stands",
        Edit(DATABASE, "            connection.autocommit = True\n", "            pass\n"),
    ),
    _mutant(
        "mapping load: not inside a transaction of the caller's",
        "test_mapping_load_from_python",
        "inside_a_transaction",
        Edit(DATABASE, "    refuse_open_transaction(connection)  # in which autocommit cannot be switched, either\n"),
    ),
    _mutant(
        "mapping load: the caller learns why its rows ended",
        "test_mapping_load_from_python",
        "reaches_the_caller",
        Edit(MAPPING_ROWS, "            raise stream.failure from None\n", "            raise\n"),
    ),
    _mutant(
        "mapping load: the encoding of what is copied",
        "test_mapping_load_from_python",
        "any_client_encoding",
        Edit(MAPPING_ROWS, ", encoding 'UTF8'"),
    ),
    _mutant(
        "mapping load: backslashes",
        "test_mapping_load_from_python",
        "any_client_encoding",
        Edit(MAPPING_ROWS, r""""\\": r"\\", """),
    ),
    _mutant(
        "mapping load: dbt goes to the database of the connection",
        "test_mapping_load_from_python",
        "next_call_applies_it",
        Edit(MAPPING_LOAD, "            variables=variables,\n"),
    ),
    Mutant(
        "mapping load: an interrupted one gives its lease back",
        "tests/python/acceptance/test_interruption.py",
        "interrupted_load",
        (Edit(MAPPING_LOAD, "            end_lease(connection, database.schema, run_id)\n", "            pass\n"),),
    ),
    _mutant(
        "mapping load: another run at work is no failure",
        "test_mapping_load_from_python",
        "next_call_applies_it",
        Edit(
            MAPPING_LOAD,
            "    except (RunAtWorkError, DbtNotInstalledError) as reason:",
            "    except DbtNotInstalledError as reason:",
        ),
    ),
    _mutant(
        "answers: a company that contradicts the asked name is turned down",
        "test_answer_acceptance",
        "contradicts_the_asked_one",
        Edit("macros/schema/veto_of_answers.sql", "if cardinality(vetoes) > 0 then", "if false then"),
    ),
    *(
        _mutant(
            f"answers: names contradict each other in {part}",
            "test_answer_acceptance",
            "contradict_each_other",
            Edit(DIFFERENCES, line, "null"),
        )
        for part, line in (
            ("legal form", "case when parts.legal_form <> other_parts.legal_form then 'legal_form' end"),
            ("region", "case when parts.region is distinct from other_parts.region then 'region' end"),
            ("branch", "case when parts.branch is distinct from other_parts.branch then 'branch' end"),
            ("bracket", "case when parts.bracket is distinct from other_parts.bracket then 'bracket' end"),
        )
    ),
    _mutant(
        "answers: names of one key contradict each other in nothing",
        "test_answer_acceptance",
        "contradict_each_other",
        Edit(
            DIFFERENCES,
            " or {{ target.schema }}.normalize_company_name(one) = {{ target.schema }}.normalize_company_name(other)",
        ),
    ),
    _mutant(
        "registry: of two companies of a core none is taken",
        "test_answer_acceptance",
        "two_companies_share",
        Edit(REGISTRY, "if len(agreeing) == 1:", "if agreeing:"),
    ),
    _mutant(
        "registry: a company that contradicts the name is not taken for its core",
        "test_answer_acceptance",
        "unless_it_contradicts",
        Edit(REGISTRY, ' if not company["differences"]]', "]"),
    ),
    _mutant(
        "registry: companies that agree come before those that do not",
        "test_answer_acceptance",
        "not_cut_off",
        Edit(
            REGISTRY,
            "order by cardinality(similar_company.differences), similar_company.company_id",
            "order by similar_company.company_id",
        ),
    ),
    _mutant(
        "resolver: a name that failed is not asked again in the same call",
        "test_resolver_calls",
        "not_asked_again",
        Edit(SERVICE, "elif key in unanswered:", "elif False:"),
    ),
    _mutant(
        "resolver: who has waited for another thread's lookup looks again",
        "test_resolver_calls",
        "ask_for_it_once",
        Edit(SERVICE, "if has_waited:", "if False:"),
    ),
    _mutant(
        "resolver: an answer that cannot be stored costs the lookup only",
        "test_resolver_calls",
        "no_table_takes",
        Edit(SERVICE, "psycopg2.DataError | psycopg2.IntegrityError", "psycopg2.NotSupportedError"),
    ),
    _mutant(
        "resolver: a connection is one thread's for the length of a transaction",
        "test_resolver_calls",
        "threads_share_a_service",
        Edit(DATABASE, "return self._locks.setdefault(connection, threading.RLock())", "return threading.RLock()"),
    ),
    _mutant(
        "resolver: a budget is taken from by one thread at a time",
        "test_resolver_calls",
        "more_than_the_budget_has",
        Edit("python/company_enrichment/lookup_budget.py", "        with self._lock:\n", "        if True:\n"),
    ),
    _mutant(
        "resolver: a plan enqueues nothing",
        "test_resolver_calls",
        "changes_nothing",
        Edit(QUEUE, '"plan_enqueue_names" if self.plan_only else "enqueue_names"', '"enqueue_names"'),
    ),
    _mutant(
        "resolver: the plan of a claim shows a request once",
        "test_resolver_calls",
        "ready_once",
        Edit(STATEMENTS, "    and request.id <> all(%(shown)s::bigint[])\n"),
    ),
    _mutant(
        "rule: a retired alias answers for nobody online",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(RESOLVE, "\n            and alias.retired_at is null;", ";"),
    ),
    _mutant(
        "rule: the first match type that hits wins online",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(RESOLVE, "if matched_key is null and record_key_", "if record_key_"),
    ),
    _mutant(
        "rule: deliberately no company is no company online",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(RESOLVE, "company_id := nullif(company_id, '__EMPTY__');", ""),
    ),
    _mutant(
        "rule: a retired alias answers for none of many records",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(RESOLVE_MANY, "            and by_{{ entry.match_type }}.retired_at is null\n", ""),
    ),
    _mutant(
        "rule: no answer is told of a record of many that an alias answers",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(
            RESOLVE_MANY,
            "'= case when coalesce(' ~ hit | join(', ') ~ ') is null then keys.normalized_customer_name end')",
            "'= keys.normalized_customer_name')",
        ),
    ),
    _mutant(
        "rule: deliberately no company is no company for many records",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(
            RESOLVE_MANY,
            "then nullif(by_{{ entry.match_type }}.company_id, '__EMPTY__')",
            "then by_{{ entry.match_type }}.company_id",
        ),
    ),
    _mutant(
        "plan of a load: what waits for dbt comes first",
        "test_mapping_load_plans",
        "is_what_the_load_then_does",
        Edit(
            "macros/schema/plan_mapping_load.sql",
            "from {{ schema }}.mapping_records as waiting",
            "from {{ schema }}.mapping_records as waiting where false",
        ),
    ),
    _mutant(
        "plan of a load: another is not planned instead of one that is landed",
        "test_mapping_load_plans",
        "is_what_the_load_then_does",
        Edit("python/company_enrichment/mapping_plan.py", "is_new=not is_landed", "is_new=True"),
    ),
    _mutant(
        "resolver: texts of many records arrive as they are",
        "test_resolver_calls",
        "whatever_its_texts_hold",
        Edit(LOADER, ".replace('\"', '\\\\\"')", ""),
    ),
    _mutant(
        "provider: redirects are not followed",
        "test_eqc_provider",
        "redirect",
        Edit(HTTP, "            follow_redirects=False,\n", "            follow_redirects=True,\n"),
    ),
    _mutant(
        "provider: a redirect says nothing about the name",
        "test_eqc_provider",
        "redirect",
        Edit(HTTP, "        if httpx.codes.is_redirect(status):\n", "        if False:\n"),
    ),
    _mutant(
        "provider: an answer has a largest size",
        "test_eqc_provider",
        "understood",
        Edit(HTTP, "            if len(body) >= room:\n", "            if False:\n"),
    ),
    _mutant(
        "provider: a bomb is not unpacked",
        "test_eqc_provider",
        "bomb",
        Edit(HTTP, "decoder.decompress(chunk, room)", "decoder.decompress(chunk)"),
    ),
    _mutant(
        "provider: one encoding, which was asked for",
        "test_eqc_provider",
        "understood",
        Edit(HTTP, '        if encoding not in ("identity", "gzip"):\n', "        if False:\n"),
    ),
    _mutant(
        "provider: every step ends at the deadline",
        "test_eqc_provider",
        "takes_its_time",
        Edit(HTTP, "            network_backend=_TimedNetwork(),\n"),
    ),
    _mutant(
        "provider: no step is longer than what is left",
        "test_eqc_provider",
        "takes_its_time",
        Edit(HTTP, "return left if timeout is None else min(timeout, left)", "return timeout or left"),
    ),
    _mutant(
        "provider: no step begins after the deadline",
        "test_eqc_provider",
        "no_step_begins",
        Edit(HTTP, "    if left <= 0:\n", "    if False:\n"),
    ),
    _mutant(
        "provider: silence has its own limit",
        "test_eqc_provider",
        "silence",
        Edit(HTTP, "httpx.Timeout(limits.read_seconds,", "httpx.Timeout(None,"),
    ),
    _mutant(
        "provider: what fails is asked again",
        "test_eqc_provider",
        "thrice",
        Edit(HTTP, "stop_after_attempt(_ATTEMPTS)", "stop_after_attempt(1)"),
    ),
    _mutant(
        "provider: 403 is a refusal",
        "test_eqc_provider",
        "refused_token",
        Edit(HTTP, "(httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)", "(httpx.codes.UNAUTHORIZED,)"),
    ),
    _mutant(
        "provider: 429 is an outage",
        "test_eqc_provider",
        "overloaded",
        Edit(
            HTTP,
            "(httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)",
            "(httpx.codes.SERVICE_UNAVAILABLE,)",
        ),
    ),
    _mutant(
        "provider: 503 is not asked again",
        "test_eqc_provider",
        "overloaded",
        Edit(
            HTTP, "(httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)", "(httpx.codes.TOO_MANY_REQUESTS,)"
        ),
    ),
    _mutant(
        "provider: a time to wait is within bounds",
        "test_eqc_provider",
        "overloaded",
        Edit(HTTP, "return min(seconds, LONGEST_RETRY_AFTER_SECONDS) if seconds > 0 else None", "return seconds"),
    ),
    _mutant(
        "provider: 404 names the setting",
        "test_eqc_provider",
        "understood",
        Edit(HTTP, "        if status == httpx.codes.NOT_FOUND:\n", "        if False:\n"),
    ),
    _mutant(
        "provider: numbers that JSON does not have",
        "test_eqc_provider",
        "understood",
        Edit(HTTP, ", parse_constant=_no_number"),
    ),
    _mutant(
        "provider: a name is encoded once",
        "test_eqc_provider",
        "percent_encoded or as_it_was_given",
        Edit(
            HTTP,
            "params=parameters,",
            'params=parameters and {key: str(httpx.QueryParams({"": text}))[1:] for key, text in parameters.items()},',
        ),
    ),
    _mutant(
        "provider: the library's log is kept back",
        "test_eqc_provider",
        "no_log",
        Edit(HTTP, "return not _call.is_ours", "return True"),
    ),
    _mutant(
        "provider: cookies are not kept",
        "test_eqc_provider",
        "cookie",
        Edit(HTTP, "            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),\n"),
    ),
    _mutant(
        "provider: no password in an address",
        "test_eqc_provider",
        "holds_no_secret",
        Edit(HTTP, "    if url.userinfo:\n", "    if False:\n"),
    ),
    _mutant(
        "provider: TokenExpired is a refusal",
        "test_eqc_provider",
        "refused_token",
        Edit(EQC, '        if error == "TokenExpired":\n', "        if False:\n"),
    ),
    _mutant(
        "provider: any other error is no answer",
        "test_eqc_provider",
        "understood",
        Edit(EQC, "        if error is not None:\n", "        if False:\n"),
    ),
    _mutant(
        "provider: an error that echoes the token",
        "test_eqc_provider",
        "understood",
        Edit(EQC, "            del body\n"),
    ),
    _mutant(
        "provider: an error that holds the token is not repeated",
        "test_eqc_provider",
        "understood",
        Edit(EQC, "return str(error) if is_code and", "return str(error) if True or"),
    ),
    _mutant(
        "provider: a renewed token is used",
        "test_eqc_provider",
        "renewed_file",
        Edit(EQC, "return token if token is not None and token != refused else None", "return None"),
    ),
    _mutant(
        "provider: a refused token is not used again",
        "test_eqc_provider",
        "renewed_file",
        Edit(EQC, "return token if token is not None and token != refused else None", "return token"),
    ),
    _mutant(
        "provider: a token is a line of printable characters",
        "test_eqc_provider",
        "renewed_file or missing_is_named",
        Edit(
            EQC,
            'if token is None or not re.fullmatch(r"[\\x21-\\x7e]+", token.get_secret_value()):',
            "if token is None:",
        ),
    ),
    _mutant(
        "provider: an outage at the details is one",
        "test_eqc_provider",
        "between_search_and_details",
        Edit(EQC, "        except LookupProviderUnavailableError:\n            raise\n"),
    ),
    _mutant(
        "provider: other failures at the details are none",
        "test_eqc_provider",
        "without_details",
        Edit(EQC, '            return {"error": str(error)}\n', "            raise LookupProviderError from error\n"),
    ),
    _mutant(
        "provider: hits of which none can be read",
        "test_eqc_provider",
        "counted",
        Edit(EQC, "        if hits and not candidates:\n", "        if False:\n"),
    ),
    _mutant(
        "provider: a hit without a name",
        "test_eqc_provider",
        "counted",
        Edit(EQC, "    if company_id is None or company_name is None:\n", "    if company_id is None:\n"),
    ),
    _mutant(
        "provider: what the database cannot store is no id",
        "test_eqc_provider",
        "counted",
        Edit(
            ACCEPTANCE,
            " if isinstance(value, str) and text_fault(value) is None else None",
            " if isinstance(value, str) else None",
        ),
    ),
    _mutant(
        "provider: a fuzzy hit is not accepted",
        "test_eqc_provider",
        "by_default",
        Edit(ACCEPTANCE, 'minimum_score: Decimal = Decimal("0.95")', 'minimum_score: Decimal = Decimal("0.60")'),
    ),
    _mutant(
        "provider: the least score",
        "test_eqc_provider",
        "by_default or worth",
        Edit(ACCEPTANCE, "best.score is None or best.score < self.minimum_score", "best.score is None"),
    ),
    _mutant(
        "provider: a tie",
        "test_eqc_provider",
        "tie",
        Edit(ACCEPTANCE, "        if max(scores) >= best.score:\n", "        if False:\n"),
    ),
    _mutant(
        "provider: the margin",
        "test_eqc_provider",
        "far_enough",
        Edit(
            ACCEPTANCE,
            "        if best.score < 1 and best.score - max(scores) < self.minimum_margin:\n",
            "        if False:\n",
        ),
    ),
    _mutant(
        "provider: one company under two names",
        "test_eqc_provider",
        "tie",
        Edit(
            ACCEPTANCE,
            "best.setdefault(candidate.company_id, candidate)",
            "best.setdefault(str(id(candidate)), candidate)",
        ),
    ),
    _mutant(
        "provider: several matches",
        "test_reconciliation_provider",
        "test_what_is_accepted",
        Edit(ACCEPTANCE, "if best.is_match and any(other.is_match for other in others):", "if False:"),
    ),
    _mutant(
        "provider: a margin that is not known",
        "test_reconciliation_provider",
        "test_what_is_accepted",
        Edit(ACCEPTANCE, "if best.score is None or len(scores) < len(others):", "if best.score is None or not scores:"),
    ),
    _mutant(
        "provider: scores are not rounded up",
        "test_reconciliation_provider",
        "with_its_evidence",
        Edit(ACCEPTANCE, 'Decimal("0.0001"), ROUND_DOWN', 'Decimal("0.0001")'),
    ),
    _mutant(
        "provider: a key that is missing",
        "test_reconciliation_provider",
        "other_answers or ten_names",
        Edit(RECONCILIATION, "self._answer(answer.get(key))", 'self._answer(answer.get(key, {"result": []}))'),
    ),
    _mutant(
        "provider: results are matched by key",
        "test_reconciliation_provider",
        "ten_names",
        Edit(
            RECONCILIATION,
            "self._answer(answer.get(key)) for key in queries",
            "self._answer(one) for one in answer.values()",
        ),
    ),
    _mutant(
        "provider: a manifest is no answer",
        "test_reconciliation_provider",
        "other_answers",
        Edit(
            RECONCILIATION,
            "        if not queries.keys() & answer.keys() and _fault_of_manifest(answer) is None:\n",
            "        if False:\n",
        ),
    ),
    _mutant(
        "provider: the manifest is looked at",
        "test_reconciliation_provider",
        "out_of_service",
        Edit(RECONCILIATION, "            self._check_manifest(deadline)\n"),
    ),
    _mutant(
        "provider: the versions are looked at",
        "test_reconciliation_provider",
        "out_of_service",
        Edit(
            RECONCILIATION,
            "    if not set(VERSIONS) & {version for version in versions if isinstance(version, str)}:\n",
            "    if False:\n",
        ),
    ),
    _mutant(
        "provider: a match is true and nothing else",
        "test_reconciliation_provider",
        "test_what_is_accepted",
        Edit(RECONCILIATION, 'result.get("match") is True', 'bool(result.get("match"))'),
    ),
    _mutant(
        "provider: scores are within the scale",
        "test_reconciliation_provider",
        "beyond_the_scale",
        Edit(RECONCILIATION, "        if not 0 <= score <= self._highest_score:\n", "        if False:\n"),
    ),
    _mutant(
        "provider: the scale is a setting",
        "test_reconciliation_provider",
        "go_to_one",
        Edit(RECONCILIATION, "/ self._highest_score", "/ (1 if score <= 1 else 100)"),
    ),
    _mutant(
        "provider: true is no score",
        "test_reconciliation_provider",
        "go_to_one",
        Edit(RECONCILIATION, "if isinstance(score, bool) or not isinstance", "if not isinstance"),
    ),
    _mutant(
        "provider: ids of another kind have their prefix",
        "test_reconciliation_provider",
        "with_its_evidence",
        Edit(RECONCILIATION, "company_id=self._id_prefix + company_id", "company_id=company_id"),
    ),
    _mutant(
        "provider: a lookup is shorter than the worker's patience",
        "test_eqc_provider",
        "missing_is_named",
        Edit(
            PROVIDERS, "    if settings.lookup_total_seconds >= settings.lookup_timeout_seconds:\n", "    if False:\n"
        ),
    ),
    _mutant(
        "provider: settings are looked at before anything is claimed",
        "test_eqc_provider",
        "without_its_settings",
        Edit(WORKER_COMMAND, "    server = http_provider_from_settings(settings)\n", "    server = None\n"),
    ),
    _mutant(
        "provider: as many threads as like ask at once",
        "test_eqc_provider",
        "as_many_threads",
        Edit(HTTP, "            max_connections=None,\n"),
    ),
    _mutant(
        "provider: encrypted connections end at the deadline, too",
        "test_eqc_provider",
        "certificate",
        Edit(
            HTTP,
            "return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _time_left(timeout)))",
            "return self._stream.start_tls(ssl_context, server_hostname, _time_left(timeout))",
        ),
    ),
    _mutant(
        "provider: no query in an address",
        "test_eqc_provider",
        "holds_no_secret",
        Edit(HTTP, " or url.query or url.fragment:", " or url.fragment:"),
    ),
    _mutant(
        "provider: a date is by the clock of the server",
        "test_eqc_provider",
        "clock_of_the_server",
        Edit(HTTP, '(_instant(headers.get("Date", "")) or datetime.now(UTC))', "datetime.now(UTC)"),
    ),
    _mutant(
        "provider: no secret in a setting that is shown",
        "test_eqc_provider",
        "holds_no_secret",
        Edit(
            "python/company_enrichment/settings.py",
            "    if address and not re.fullmatch(",
            "    if False and not re.fullmatch(",
        ),
    ),
    _mutant(
        "replay: its plan writes nothing",
        "test_queue_operations",
        "plan_of_a_replay",
        Edit(
            OPERATIONS,
            "(read_only_transaction, _PLAN_REPLAY) if plan_only else (own_transaction, _REPLAY)",
            "own_transaction, _REPLAY",
        ),
    ),
    _mutant(
        "prune: its plan deletes nothing",
        "test_queue_operations",
        "plan_of_a_pruning",
        Edit(OPERATIONS, "        if plan_only:\n", "        if False:\n"),
    ),
    _mutant(
        "worker: its plan asks nobody",
        "test_queue_operations",
        "say_what_they_would_do",
        Edit("python/company_enrichment/queue_commands.py", "        if plan_only:\n", "        if False:\n"),
    ),
    # ---- the ingestion
    _mutant(
        "ingest: a content that is in force is not read again",
        "test_ingest_versions",
        "not_read_again",
        Edit(INGEST, "            if loaded.content_hash == content_hash:\n", "            if False:\n"),
    ),
    _mutant(
        "ingest: a content that was replaced is no longer in force",
        "test_ingest_versions",
        "come_back_as_a_newer_version",
        Edit(
            INGEST_SQL, 'where domain = %s and superseded_at is null\n"""\n\n# What', 'where domain = %s\n"""\n\n# What'
        ),
    ),
    _mutant(
        "ingest: one ingestion of a domain at a time",
        "test_ingest_versions",
        "at_once_both_succeed",
        Edit(
            INGEST,
            "                    cursor.execute(LOCK, (self._schema, self._domain.name))\n",
            "                    pass\n",
        ),
    ),
    _mutant(
        "ingest: a file that was loaded before is recorded anew",
        "test_ingest_versions",
        "come_back_as_a_newer_version",
        Edit(INGEST_SQL, "    loaded_at = now(),\n    superseded_at = null\n", "    loaded_at = now()\n"),
    ),
    _mutant(
        "ingest: all of a file or nothing",
        "test_ingest_versions",
        "killed_ingestion",
        Edit(
            INGEST,
            "        self._run(cursor, FORGET_REJECTS,",
            "        self._connection.commit()\n        self._run(cursor, FORGET_REJECTS,",
        ),
    ),
    _mutant(
        "ingest: an older version after a newer one",
        "test_ingest_versions",
        "comes_late",
        Edit(INGEST, "            if (loaded.version or 0) > (file.version or 0):\n", "            if False:\n"),
    ),
    _mutant(
        "ingest: two files of one version",
        "test_ingest_versions",
        "two_files_of_one_version",
        Edit(INPUT_FILES, "        elif file.period in contested:\n", "        elif False:\n"),
    ),
    _mutant(
        "ingest: another file of the loaded version",
        "test_ingest_versions",
        "another_file_of_the_loaded_version",
        Edit(
            INGEST,
            "            if loaded.version == file.version and loaded.file_path != file.place:\n",
            "            if False:\n",
        ),
    ),
    _mutant(
        "ingest: what another file in force has is not deleted",
        "test_ingest_versions",
        "another_file_in_force_has",
        Edit(
            INGEST,
            'gone[record_id] = not elsewhere and not found["is_deleted"]',
            'gone[record_id] = not found["is_deleted"]',
        ),
    ),
    _mutant(
        "ingest: a rejected row is not gone",
        "test_ingest_versions",
        "is_not_gone",
        Edit(
            INGEST,
            "([row.record_id for row in rows], self._domain.name, period)",
            "([row.record_id for row in _accepted(rows)], self._domain.name, period)",
        ),
    ),
    _mutant(
        "ingest: an empty version deletes nothing",
        "test_ingest_versions",
        "without_rows",
        Edit(INGEST, "        if deleted and not accepted:\n", "        if False:\n"),
    ),
    _mutant(
        "ingest: what comes back is no longer deleted",
        "test_ingest_versions",
        "no_longer_deleted",
        Edit(INGEST_SQL, "    loaded_at = now(),\n    deleted_at = null\n", "    loaded_at = now()\n"),
    ),
    _mutant(
        "ingest: a deleted record that says the same is a changed one",
        "test_ingest_versions",
        "no_longer_deleted",
        Edit(INGEST_SQL, "stored.account_name, stored.deleted_at)", "stored.account_name)"),
        Edit(INGEST_SQL, "incoming.account_name, null)", "incoming.account_name)"),
    ),
    _mutant(
        "ingest: the month's rows are replaced",
        "test_ingest_versions",
        "another_file_in_force_has",
        Edit(INGEST, "            self._run(cursor, REMOVE_MEMBERS, (self._domain.name, period, list(gone)))\n"),
    ),
    _mutant(
        "ingest: a plan knows what the files before it have brought",
        "test_ingest_versions",
        "plan_says",
        Edit(INGEST, "            self._planned.records |= values\n"),
    ),
    _mutant(
        "ingest: a plan knows what the files before it have deleted",
        "test_ingest_versions",
        "plan_says",
        Edit(INGEST, "            self._planned.deleted.update(deleted)\n"),
    ),
    _mutant(
        "ingest: a plan writes nothing",
        "test_ingest_versions",
        "plan_says",
        Edit(
            INGEST,
            "            if self._execute:\n                arrays",
            "            if True:\n                arrays",
        ),
    ),
    _mutant(
        "ingest: one file of a month is in force",
        "test_ingest_versions",
        "one_file_in_force",
        Edit("macros/schema/ingest_files.sql", "create unique index if not exists", "create index if not exists"),
    ),
    _mutant(
        "ingest: files that were not read do not count",
        "test_ingest_versions",
        "do_not_count_as_read",
        Edit(
            INGEST,
            "        read += report.outcome is FileOutcome.LOADED or",
            "        read += report.outcome is not FileOutcome.LEFT or",
        ),
    ),
    _mutant(
        "ingest: a file that fails does not keep the others out",
        "test_ingest",
        "others_are_taken_in",
        Edit(
            INGEST,
            "        except InputFileError as error:\n            return",
            "        except ZeroDivisionError as error:\n            return",
        ),
    ),
    _mutant(
        "ingest: one budget for all files",
        "test_ingest_command",
        "one_budget_serves",
        Edit(INGEST_RESOLVER, "_keys(rows), self._budget)", "_keys(rows), self._budget.limit)"),
    ),
    _mutant(
        "ingest: a plan has no provider",
        "test_ingest_command",
        "nobody_to_ask",
        Edit(INGEST_COMMAND, "plan_only=not execute\n", "plan_only=False\n"),
        Edit(INGEST_COMMAND, "        connection.readonly = None if execute else True\n"),
    ),
    _mutant(
        "ingest: a plan's queue writes nothing",
        "test_ingest_command",
        "plan_changes_nothing",
        Edit(
            SERVICE,
            "LookupQueue.from_settings(settings, opened, schema, plan_only=plan_only)",
            "LookupQueue.from_settings(settings, opened, schema)",
        ),
        Edit(INGEST_COMMAND, "        connection.readonly = None if execute else True\n"),
    ),
    _mutant(
        "ingest: a failed file ends with 1",
        "test_ingest_command",
        "ends_with_1",
        Edit(INGEST_COMMAND, "    refuse_failed_files(reports)\n"),
    ),
    _mutant(
        "ingest: unknown names of records that are still there",
        "test_ingest_command",
        "still_there",
        Edit(
            UNKNOWN_NAMES,
            "    where resolution.is_temporary and keys.source_system = %(domain)s and records.deleted_at is null\n",
            "    where resolution.is_temporary and keys.source_system = %(domain)s\n",
        ),
    ),
    _mutant(
        "ingest: unknown names of records that dbt has not resolved yet",
        "test_ingest_command",
        "before_and_after_dbt",
        Edit(
            UNKNOWN_NAMES,
            "    where matches.match_type is null and matches.normalized_name is not null\n",
            "    where false\n",
        ),
    ),
    _mutant(
        "ingest: deleted records wait for nothing",
        "test_ingest_command",
        "still_there",
        Edit(
            "models/resolution/unresolved_names.sql",
            "    where resolution.is_temporary and records.deleted_at is null\n",
            "    where resolution.is_temporary\n",
        ),
    ),
    _unit_mutant(
        "ingest: the newest version is read",
        "test_input_files",
        "newest_version",
        Edit(INPUT_FILES, "    return file.version or 0\n", "    return -(file.version or 0)\n"),
    ),
    _unit_mutant(
        "ingest: copies contradict nobody",
        "test_input_files",
        "copies_of_one_file",
        Edit(INPUT_FILES, "        and not _are_copies(rivals)\n"),
    ),
    _unit_mutant(
        "ingest: formulas are defused",
        "test_spreadsheet_csv",
        "reads_back",
        Edit(SPREADSHEET_CSV, "writer.writerow([defused(cell) for cell in row])", "writer.writerow(list(row))"),
    ),
    _unit_mutant(
        "ingest: formulas after blanks and quotes",
        "test_spreadsheet_csv",
        "would_compute",
        Edit(SPREADSHEET_CSV, """[\\s"'\\u200b\\u2060\\ufeff]*[=""", "[="),
    ),
    _unit_mutant(
        "ingest: formulas in full width",
        "test_spreadsheet_csv",
        "would_compute",
        Edit(SPREADSHEET_CSV, "＝＋－＠"),
    ),
    _unit_mutant(
        "ingest: the byte order mark",
        "test_spreadsheet_csv",
        "byte_order_mark",
        Edit(SPREADSHEET_CSV, '"utf-8-sig"', '"utf-8"'),
    ),
    _unit_mutant(
        "ingest: a CSV file appears when it is complete",
        "test_spreadsheet_csv",
        "not_completed",
        Edit(SPREADSHEET_CSV, 'path.with_name(f"{path.name}.{os.getpid()}.unfinished")', "path"),
    ),
    _unit_mutant(
        "ingest: a missing folder is refused first",
        "test_spreadsheet_csv",
        "missing_folder",
        Edit(SPREADSHEET_CSV, "    if not path.parent.is_dir():\n", "    if False:\n"),
    ),
    _unit_mutant(
        "ingest: headers of either width",
        "test_workbooks",
        "do_not_matter",
        Edit(WORKBOOKS, 'unicodedata.normalize("NFKC", text)', "text"),
    ),
    _unit_mutant(
        "ingest: blanks in headers",
        "test_workbooks",
        "do_not_matter",
        Edit(WORKBOOKS, "if not character.isspace() and", "if"),
    ),
    _unit_mutant(
        "ingest: two columns of one header",
        "test_workbooks",
        "names_both",
        Edit(WORKBOOKS, "        if len(positions) > 1:\n", "        if False:\n"),
        Edit(WORKBOOKS, "for header, (place,) in places.items()", "for header, (place, *_) in places.items()"),
    ),
    # ---- as a package of another project
    _package_mutant(
        "package: a run that selects nothing of ours",
        "leave_the_database_alone",
        Edit("macros/runs/begin_run.sql", "        and company_enrichment.selects_ours(selected_resources) -%}", "-%}"),
    ),
    _package_mutant(
        "package: mapping seeds are ours",
        "leave_the_database_alone",
        Edit("macros/runs/selects_ours.sql", " or (parts[0] == 'seed' and parts[2] in mapping_seeds)"),
    ),
    _package_mutant(
        "package: overlap",
        "less_the_overlap",
        Edit(RECORDS_SINCE, '(seen.through - " ~ given.overlap ~ ")::text', "seen.through::text"),
    ),
    _package_mutant(
        "package: the greatest changed_at has become smaller",
        "less_the_overlap",
        Edit(RECORDS_SINCE, '\n    ~ " where seen.through <= (select max(changed_in) from " ~ records ~ ")"'),
    ),
    _package_mutant(
        "package: rows that do not say when they changed",
        "less_the_overlap",
        Edit("models/staging/customer_record_keys.sql", " or record.changed_in is null"),
    ),
    _package_mutant(
        "package: another relation is read as a whole",
        "read_as_a_whole",
        Edit("macros/incremental/rules_in_force.sql", " if given }}", " if false }}"),
    ),
    _package_mutant(
        "package: refused before anything is deployed",
        "stand_elsewhere",
        Edit("macros/runs/begin_run.sql", "    {%- do company_enrichment.refuse_other_places() -%}\n"),
    ),
    _package_mutant(
        "package: faults of the relation",
        "all_of_its_faults",
        Edit("macros/records/customer_records_relation.sql", "{%- if faults -%}", "{%- if faults | length > 1 -%}"),
    ),
]


def _copy_repository(folder: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)


def _judge(mutant: Mutant) -> str:
    """Return what became of a mutant: killed, or why not."""
    # Not in a folder of its own rights: as root, the test server runs under another account.
    with tempfile.TemporaryDirectory(prefix="company-enrichment-mutant-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        _copy_repository(folder)
        for edit in mutant.edits:
            file = folder / edit.file
            content = file.read_text(encoding="utf-8")
            if content.count(edit.text) != 1:
                return f"INVALID: {edit.file} holds the text {content.count(edit.text)} times: {edit.text.strip()!r}"
            file.write_text(content.replace(edit.text, edit.replacement), encoding="utf-8")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"),
                *(mutant.tests, "-k", f"not system- and ({mutant.must_fail})"),
            ],
            cwd=folder,
            # Before the installed package, which an editable install takes from the original.
            env={**os.environ, "PYTHONPATH": str(folder / "python")},
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
    summary = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if done.returncode == 0:
        return "SURVIVED"
    # An error is not a verdict: the mutant could not even be deployed, or no test has that name.
    if done.returncode != 1 or not any(line.startswith("FAILED ") for line in summary):
        return "INVALID: no test failed\n" + done.stdout[-2000:]
    return "killed"


def main(words: list[str]) -> int:
    """Judge the mutants whose name holds any of the words; returns 1 unless all are killed."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    killed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for mutant, verdict in zip(chosen, pool.map(_judge, chosen), strict=True):
            killed += verdict == "killed"
            print(f"{mutant.name}: {verdict}", flush=True)
    print(f"{killed} / {len(chosen)} killed")
    return 0 if killed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
