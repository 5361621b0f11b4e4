"""Guards of temporary ids."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

ASSIGN = "macros/schema/assign_temp_ids.sql"
TAKE = "macros/schema/take_temp_numbers.sql"
SEQUENCE = "macros/schema/temp_id_sequence.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "sequence: row lock",
        "test_temporary_ids",
        "want_the_same_new_name_at_once",
        Edit(ASSIGN, "        perform from {{ target.schema }}.temp_id_sequence for update;\n"),
        Edit(TAKE, "    perform from {{ target.schema }}.temp_id_sequence for update;\n"),
    ),
    integration_mutant(
        "sequence: seeding twice, of names",
        "test_temporary_ids",
        "ids_come_back_in_the_order or seed",
        Edit(ASSIGN, " default values on conflict do nothing;", " default values;"),
    ),
    integration_mutant(
        "sequence: seeding twice, plain",
        "test_temporary_ids",
        "count_up_from_one or seed",
        Edit(
            TAKE,
            "temp_id_sequence default values on conflict do nothing;",
            "temp_id_sequence default values;",
        ),
    ),
    integration_mutant(
        "sequence: lift above the ledger",
        "test_temporary_ids",
        "older_backup",
        Edit(TAKE, "(select coalesce(max(issued.temp_number), 0)", "(select 0 * count(*)::integer"),
        Edit(TAKE, "(select reached_before.highest_issued", "(select 0 * reached_before.highest_issued"),
    ),
    integration_mutant(
        "sequence: one row",
        "test_temporary_ids",
        "two_rows or count_up",
        Edit(SEQUENCE, "create unique index", "create index"),
    ),
    integration_mutant(
        "sequence: the last number",
        "test_temporary_ids",
        "end_of_the_numbers",
        Edit(ASSIGN, "first_number - 1 + u.position::integer", "first_number + u.position::integer - 1"),
    ),
    integration_mutant(
        "sequence: order of a block",
        "test_temporary_ids",
        "without_gaps_in_the_order_of_the_names",
        Edit(ASSIGN, "array_agg(missing.name order by missing.position)", "array_agg(missing.name order by key)"),
        Edit(ASSIGN, "array_agg(missing.key order by missing.position)", "array_agg(missing.key order by key)"),
    ),
    integration_mutant(
        "plan: the same numbers as assigned",
        "test_temporary_ids",
        "would_get_new_ids",
        Edit(
            "macros/schema/plan_temp_ids.sql",
            "row_number() over (order by given.position)",
            "row_number() over (order by given.key)",
        ),
    ),
    integration_mutant(
        "sequence: new once",
        "test_temporary_ids",
        "new_only_once",
        Edit(ASSIGN, "        and given.position = min(given.position) over (partition by given.key)\n"),
    ),
    integration_mutant(
        "temporary ids: commits that outlast a crash",
        "test_temporary_ids",
        "outlasts_a_crash",
        Edit(TAKE, "set_config('synchronous_commit', 'on', true)", "1"),
    ),
    integration_mutant(
        "temporary ids: a change of the rules is waited for",
        "test_rekeying",
        "waits",
        Edit(ASSIGN, "    lock table {{ target.schema }}.temp_company_ids in access share mode;\n"),
    ),
]
