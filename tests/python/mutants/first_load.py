"""Guards of tables that are filled at once."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

TESTS = "test_first_load"
FILLING = "macros/tables/begin_filling_at_once.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "first load: keys and indexes are made again",
        TESTS,
        "have_their_keys",
        Edit("macros/tables/end_table.sql", "    {%- do company_enrichment.end_filling_at_once() -%}\n"),
    ),
    integration_mutant(
        "first load: a table that is built gets what its contract demands",
        TESTS,
        "full_refresh_makes_the_same",
        Edit("macros/tables/end_table.sql", "        {%- do company_enrichment.add_constraints() -%}\n"),
    ),
    integration_mutant(
        "first load: columns that are never null are said to be",
        TESTS,
        "contract_demands",
        Edit("macros/tables/add_constraints.sql", "' set not null'", "' set statistics -1'"),
    ),
    integration_mutant(
        "first load: a reader is not waited for",
        TESTS,
        "reader_is_not_waited_for",
        Edit(FILLING, "set_config('lock_timeout', '1s', true)", "set_config('lock_timeout', '30s', true)"),
        Edit(FILLING, "when lock_not_available or ", "when "),
    ),
    integration_mutant(
        "first load: triggers of others see the rows",
        TESTS,
        "other_peoples",
        Edit(FILLING, "where tgrelid = stored.oid and not tgisinternal", "where false and not tgisinternal"),
    ),
    integration_mutant(
        "first load: what needs the primary key keeps it",
        TESTS,
        "other_peoples",
        Edit(FILLING, " or dependent_objects_still_exist"),
    ),
    integration_mutant(
        "first load: the table is looked at again when it is locked",
        TESTS,
        "another_writer",
        Edit(FILLING, "        if not exists (select from {{ target_relation }}) then\n", "        if true then\n"),
    ),
    integration_mutant(
        "first load: the result is counted although its trigger is off",
        TESTS,
        "resolved_counted",
        Edit("macros/resolution/has_resolution_totals.sql", " and tgenabled <> 'D'"),
    ),
    integration_mutant(
        "first load: the result is counted once",
        TESTS,
        "trigger_that_counts",
        Edit(
            "macros/resolution/keep_resolution_totals.sql",
            "create or replace trigger count_inserted",
            "create or replace trigger counting",
        ),
    ),
    integration_mutant(
        "first load: rows name their transaction",
        TESTS,
        "which_transaction",
        Edit(
            "macros/tables/begin_table.sql",
            "'company_enrichment.transaction', pg_current_xact_id()::text, true)",
            "'company_enrichment.transaction', '3', true)",
        ),
    ),
    integration_mutant(
        "first load: the queries of tables can be run by workers",
        TESTS,
        "by_workers",
        Edit(
            "macros/tables/this_transaction.sql",
            "(select cast(nullif(current_setting('company_enrichment.transaction', true), '') as xid8))",
            "pg_current_xact_id()",
        ),
    ),
]
