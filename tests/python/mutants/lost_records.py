"""Guards of what a run has read, and of the sessions that a pooler shares out."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

INVARIANT = "test_runs_lose_nothing"
POOLER = "test_pooler"
ASSIGN = "macros/resolution/issue_temporary_ids.sql"
UNRESOLVED = "macros/resolution/refuse_unresolved_records.sql"
UNREAD_ANSWERS = "macros/lookups/refuse_unread_answers.sql"
SESSION = "python/company_enrichment/lookups/session.py"
INPUT_FILES = "python/company_enrichment/ingestion/input_files.py"


def _without_check(model: str, yml: str, check: str) -> Mutant:
    return integration_mutant(
        f"lost: {model} has what it has read",
        INVARIANT,
        f"leaves_out_what_it_has_read and {model}",
        Edit(yml, check),
    )


def _of_present_rows(model: str, sql: str, condition: str) -> Mutant:
    return integration_mutant(
        f"lost: rows of {model} that are there are compared",
        INVARIANT,
        f"leaves_out_what_it_has_read and {model}",
        Edit(sql, condition, "false"),
    )


def _others(what: str, sql: str, seen: str) -> Mutant:
    return integration_mutant(
        f"lost: {what} that others commit meanwhile are the next run's",
        INVARIANT,
        "committed_while_a_model_is_built",
        Edit(sql, seen, "true"),
    )


MUTANTS: list[Mutant] = [
    _without_check("customer_record_keys", "models/resolution/customer_record_keys.yml", ", refuse_unread_records"),
    _without_check(
        "mapping_changes", "models/mapping/mapping_changes.yml", "        after: [refuse_undecided_mappings]\n"
    ),
    _without_check("company_mapping", "models/mapping/company_mapping.yml", ", refuse_unread_decisions"),
    _without_check(
        "company_lookup_cache", "models/lookups/company_lookup_cache.yml", "        after: [refuse_unread_answers]\n"
    ),
    _without_check("company_resolution", "models/resolution/company_resolution.yml", " refuse_unresolved_records,"),
    integration_mutant(
        "lost: a failed check undoes the watermark",
        INVARIANT,
        "leaves_out_what_it_has_read and company_resolution",
        Edit(
            "dbt_project.yml",
            '    +post-hook: "{{ company_enrichment.end_table() }}"\n',
            '    +post-hook: {sql: "{{ company_enrichment.end_table() }}", transaction: false}\n',
        ),
    ),
    _of_present_rows(
        "customer_record_keys",
        "macros/records/refuse_unread_records.sql",
        "(stored.source_system, stored.raw_plan_code, stored.raw_account_number, stored.customer_name,"
        " stored.account_name)\n            is distinct from\n            (record.source_system, record.plan_code,"
        " record.account_number, record.customer_name, record.account_name)",
    ),
    _of_present_rows(
        "company_mapping",
        "macros/mapping/refuse_unread_decisions.sql",
        "(stored.company_id, stored.load_id, stored.retired_at is null)\n        is distinct from (alias.company_id,"
        " alias.load_id, alias.retired_at is null)",
    ),
    _of_present_rows(
        "company_lookup_cache",
        UNREAD_ANSWERS,
        "(stored.answer_id, stored.company_id) is distinct from (best.answer_id, best.company_id)",
    ),
    _others("records", "macros/records/refuse_unread_records.sql", "{{ company_enrichment.is_seen('record') }}"),
    _others("mappings", "macros/mapping/refuse_undecided_mappings.sql", "{{ company_enrichment.is_seen('landed') }}"),
    _others("answers to known names", UNREAD_ANSWERS, "not {{ company_enrichment.is_seen('later') }}"),
    integration_mutant(
        "lost: a first build is looked at, too",
        INVARIANT,
        "first_run_that_leaves_records_out",
        Edit(UNRESOLVED, "{%- if execute -%}", "{%- if execute and is_incremental() -%}"),
    ),
    integration_mutant(
        "lost: a temporary id is the one of the ledger",
        INVARIANT,
        "not_the_ledger_s",
        Edit(
            UNRESOLVED,
            "coalesce(matches.company_id, case when matches.status = 'temporary' then matches.temp_id end)",
            "coalesce(matches.company_id, resolution.company_id)",
        ),
    ),
    integration_mutant(
        "lost: no more than five are named",
        INVARIANT,
        "no_more_than_five",
        Edit("macros/tables/refuse_left_out.sql", "\nlimit 5", ""),
    ),
    integration_mutant(
        "pooler: names that wait for their ids are no longer there after the first block",
        POOLER,
        "runs_leave_nothing",
        Edit(ASSIGN, "names_to_number on commit drop as", "names_to_number as"),
    ),
    integration_mutant(
        "pooler: a run changes no setting of its session",
        POOLER,
        "runs_leave_nothing",
        Edit(ASSIGN, "read committed;\n        set local jit = off;", "read committed;\n        set jit = off;"),
    ),
    integration_mutant(
        "pooler: the tables of models end with their transactions",
        POOLER,
        "runs_leave_nothing",
        Edit("macros/tables/get_create_table_as_sql.sql", " on commit drop", ""),
    ),
    integration_mutant(
        "pooler: the functions of a re-keying end with it",
        POOLER,
        "re_keying_leaves",
        Edit(
            "macros/rekeying/rekey_company_names.sql",
            "drop function pg_temp.{{ names | join(', pg_temp.') }}",
            "select 1",
        ),
    ),
    integration_mutant(
        "pooler: a worker listens to nobody's session",
        POOLER,
        "idle_worker",
        Edit(SESSION, "if is_behind_pooler(connection, cursor):", "if False:"),
    ),
    integration_mutant(
        "pooler: a worker says once that it polls",
        POOLER,
        "idle_worker",
        Edit(SESSION, "            self._is_polling_said = True\n"),
    ),
    integration_mutant(
        "worker: without a pooler it is told",
        "test_worker",
        "woken",
        Edit("python/company_enrichment/database.py", "return pid != connection.info.backend_pid", "return True"),
    ),
    unit_mutant(
        "files: what is there is looked for where the files should be",
        "test_input_files",
        "what_is_where",
        Edit(INPUT_FILES, "        folder /= part\n"),
    ),
    unit_mutant(
        "files: so many are looked at and no more",
        "test_input_files",
        "ten_are_named",
        Edit(INPUT_FILES, "islice(_files_below(folder), _LOOKED_AT)", "_files_below(folder)"),
    ),
    Mutant(
        "files: an ingest without files fails",
        "tests/python/acceptance/test_command_line.py",
        "ingest_of_a_domain_without_files",
        (
            Edit(
                "python/company_enrichment/cli/ingest.py",
                "    if all(report.outcome is FileOutcome.NOT_OF_DOMAIN for report in reports):\n",
                "    if False:\n",
            ),
        ),
    ),
    Mutant(
        "files: a run without files fails",
        "tests/python/acceptance/test_command_line.py",
        "run_without_files",
        (
            Edit(
                "python/company_enrichment/cli/run.py",
                "        if outcome.missing_files is not None:\n",
                "        if False:\n",
            ),
        ),
    ),
]
