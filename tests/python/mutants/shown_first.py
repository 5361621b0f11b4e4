"""Guards of what is shown before it is done."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

QUEUE = "python/company_enrichment/cli/queue.py"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "shown first: an adoption",
        "test_adoption",
        "says_what_it_would_do",
        Edit(
            "macros/adoption/adopt.sql",
            "is_executed('adopt', execute, plan_only, by_default=false)",
            "is_executed('adopt', execute, plan_only, by_default=true)",
        ),
    ),
    integration_mutant(
        "shown first: execute and plan_only agree",
        "test_adoption",
        "leaves_everything",
        Edit("macros/settings/is_executed.sql", "and execute == plan_only", "and false"),
    ),
    integration_mutant(
        "shown first: a lost table",
        "test_restored_tables",
        "wants_it_empty",
        Edit(
            "macros/migrations/migrate.sql",
            "deploy_schema(creates_lost_tables=execute)",
            "deploy_schema(creates_lost_tables=true)",
        ),
    ),
    integration_mutant(
        "shown first: the end of a lease",
        "test_run_lease",
        "released_by_hand",
        Edit("macros/runs/release_run.sql", "{%- elif not execute -%}", "{%- elif false -%}"),
    ),
    Mutant(
        "shown first: models of others",
        "tests/python/acceptance/test_roles.py",
        "moves_from_one_user",
        (Edit("macros/access/grant_access.sql", "{%- if of_others and not execute -%}", "{%- if false -%}"),),
    ),
    integration_mutant(
        "shown first: dead letters that are not named",
        "test_queue_operations",
        "say_what_they_would_do",
        Edit(QUEUE, "not (bool(ids) if execute is None else execute)", "not (True if execute is None else execute)"),
    ),
    integration_mutant(
        "shown first: requests that are deleted",
        "test_queue_operations",
        "say_what_they_would_do",
        Edit(QUEUE, "            plan_only=not execute,\n", "            plan_only=False,\n"),
    ),
    Mutant(
        "shown first: an undo of a load",
        "tests/python/acceptance/test_mapping_lists.py",
        "taken_back_without_its_id",
        (
            Edit(
                "python/company_enrichment/cli/load_mappings.py",
                "            if not execute:\n",
                "            if execute is False:\n",
            ),
        ),
    ),
]
