"""Guards that name a wrong step before it does harm."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant

RESOLVE = "python/company_enrichment/cli/resolve.py"
MESSAGES = "tests/python/acceptance/test_messages.py"
ROLES = "tests/python/acceptance/test_roles.py"

MUTANTS: list[Mutant] = [
    Mutant(
        "messages: the input of resolve is not its output",
        MESSAGES,
        "never_the_one_that_is_written",
        (
            Edit(
                RESOLVE,
                "        if out.exists() and file.exists() and out.samefile(file):\n",
                "        if False:\n",
            ),
        ),
    ),
    Mutant(
        "messages: a registry is looked at before anything is claimed",
        MESSAGES,
        "wrong_step",
        (
            Edit(
                "python/company_enrichment/cli/worker.py",
                "    if outage is not None:\n        raise outage\n",
            ),
        ),
    ),
    Mutant(
        "messages: an adoption looks for columns first",
        MESSAGES,
        "lacks_a_column",
        (
            Edit(
                "macros/adoption/adopt_tables.sql",
                "{%- do company_enrichment.refuse_missing_columns(schema, tables) -%}\n",
            ),
        ),
    ),
    Mutant(
        "messages: models are handed over",
        ROLES,
        "moves_from_one_user",
        (
            Edit(
                "macros/access/grant_access.sql",
                "    {%- for model in of_others -%}",
                "    {%- for model in [] -%}",
            ),
        ),
    ),
    Mutant(
        "messages: models of another are not touched",
        ROLES,
        "moves_from_one_user",
        (Edit("macros/runs/begin_run.sql", "        {%- do company_enrichment.refuse_models_of_others() -%}\n"),),
    ),
]
