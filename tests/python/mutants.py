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
SERVICE = "python/company_enrichment/service.py"
DATABASE = "python/company_enrichment/database.py"
REGISTRY = "python/company_enrichment/providers/registry.py"
ENQUEUE = "macros/schema/enqueue_names.sql"
REQUESTS = "macros/schema/lookup_requests.sql"
ASSIGN = "macros/schema/assign_temp_ids.sql"
TAKE = "macros/schema/take_temp_numbers.sql"
SEQUENCE = "macros/schema/temp_id_sequence.sql"
STEPS = "macros/migrations/temp_id_sequence_steps.sql"
TRANSACTION = "macros/migrations/in_transaction.sql"
MERGE = "macros/incremental/get_incremental_merge_sql.sql"
APPEND = "macros/incremental/get_incremental_append_sql.sql"
ONE_WRITER = "macros/incremental/one_writer_at_a_time.sql"
NAME_KEY = "macros/normalization/normalize_company_name.sql"
REMARKS = "macros/normalization/company_name_without_remarks.sql"
IN_FULL = "macros/normalization/company_name_key_in_full.sql"
FOLDED = "macros/normalization/folded_text.sql"
CORE = "macros/normalization/company_name_core.sql"
DEPLOY = "macros/migrations/deploy_schema.sql"


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


# Not here, because their loss shows only by chance:
#  - ORDER BY of the insert in enqueue_names and of both strategies: two writers that insert the same keys in
#    opposite orders wait for each other in a circle only when they meet at the right instant;
#  - the list of white space in folded_text(): [:space:] of some databases holds all of it;
#  - the advisory lock of in_transaction(): two migrations at once hardly ever read the old layout both.
MUTANTS = [
    # ---- the queue
    _mutant(
        "queue: skip locked",
        "test_lookup_queue",
        "skipped_without_waiting",
        Edit(QUEUE, "    for update skip locked\n", "    for update\n"),
    ),
    _mutant(
        "queue: oldest first",
        "test_lookup_queue",
        "oldest_requests",
        Edit(QUEUE, "    order by candidate.run_at, candidate.id\n"),
    ),
    _mutant(
        "queue: batch size",
        "test_lookup_queue",
        "as_many_requests_as_asked_for",
        Edit(QUEUE, "    limit %(batch_size)s\n", "    limit %(batch_size)s + 1\n"),
    ),
    _mutant(
        "queue: waiting time of a retry",
        "test_lookup_queue",
        "1_5_and_15_minutes",
        Edit(QUEUE, "        and candidate.run_at <= now()\n"),
    ),
    _mutant(
        "queue: claim number when done",
        "test_lookup_queue",
        "under_an_old_claim",
        Edit(
            QUEUE,
            "        request.id = %(id)s\n        and request.claim_number = %(claim_number)s\n",
            "        request.id = %(id)s\n",
        ),
    ),
    _mutant(
        "queue: claim number when failed",
        "test_lookup_queue",
        "under_an_old_claim",
        Edit(
            QUEUE,
            "where\n    request.id = %(id)s\n    and request.claim_number = %(claim_number)s\n",
            "where\n    request.id = %(id)s\n",
        ),
    ),
    _mutant(
        "queue: status when done",
        "test_lookup_queue",
        "reported_only_once",
        Edit(QUEUE, "        and request.status = 'processing'\n    returning request.id", "    returning request.id"),
    ),
    _mutant(
        "queue: status when failed",
        "test_lookup_queue",
        "reported_only_once",
        Edit(QUEUE, "    and request.status = 'processing'\nreturning request.status", "returning request.status"),
    ),
    _mutant(
        "queue: takeover of an expired lease",
        "test_lookup_queue",
        "lease_has_run_out or killed_worker",
        Edit(QUEUE, " or candidate.lease_until < now())", ")"),
    ),
    _mutant(
        "queue: no takeover of a lease that holds",
        "test_lookup_queue",
        "lease_has_run_out",
        Edit(QUEUE, "candidate.lease_until < now()", "candidate.lease_until is not null"),
    ),
    _mutant(
        "queue: limit of claims without a report",
        "test_lookup_queue",
        "claimed_again_and_again",
        Edit(QUEUE, "ready.attempts >= %(maximum_attempts)s", "false"),
        Edit(QUEUE, "ready.attempts < %(maximum_attempts)s", "true"),
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
        "queue: claims touch no index",
        "test_lookup_queue",
        "touches_no_index",
        Edit(REQUESTS, "(normalized_name, finished_at) where finished_at is not null", "(status)"),
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
        "was_found_is_not_asked_again",
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
    # ---- the online resolver
    _mutant(
        "service: a unit is taken before the request",
        "test_service",
        "costs_its_unit",
        Edit(SERVICE, "            if not budget.take():\n", "            if budget.remaining == 0:\n"),
        Edit(
            SERVICE,
            "                answer = self._provider.lookup(entry.name)\n",
            "                answer = self._provider.lookup(entry.name)\n                budget.take()\n",
        ),
    ),
    _mutant(
        "service: one unit per name",
        "test_service",
        "five_rows_of_one_name",
        Edit(
            SERVICE,
            "unknown.setdefault(match.normalized_name, _UnknownName(",
            "unknown.setdefault(match.normalized_name + record.customer_name, _UnknownName(",
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
        Edit(REGISTRY, "if len(companies) != 1:", "if not companies:"),
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
            "deployed.name_key_hash != name_key_hash and company_enrichment.has_stored_name_keys()",
            "false",
        ),
    ),
    _mutant(
        "name rules: not over stored keys",
        "test_name_rules_deployment",
        "not_deployed_over_stored_keys",
        Edit(DEPLOY, "{%- if is_missing or not plan.keeps_name_key -%}", "{%- if true -%}"),
    ),
    _mutant(
        "name rules: indexes over the key",
        "test_name_rules_deployment",
        "indexes_over_the_key",
        Edit(DEPLOY, "{%- do company_enrichment.rebuild_name_indexes() -%}"),
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
        Edit(SERVICE, "                refuse_unsuitable_database(cursor)\n"),
    ),
    _mutant(
        "unusable text: resolver",
        "test_service",
        "cannot_be_stored",
        Edit(SERVICE, "            keys[position] = CustomerKeys()\n", "            pass\n"),
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
        Edit(STEPS, "            ~ ' desc nulls last limit 1);", "            ~ ' limit 1);"),
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
        Edit(STEPS, "{%- elif found < at_least -%}", "{%- elif found != at_least and at_least > 0 -%}"),
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
        Edit("macros/migrations/migrate_temp_id_sequence.sql", "{%- if not plan_only -%}", "{%- if true -%}"),
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
                *(mutant.tests, "-k", f"embedded and ({mutant.must_fail})"),
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
