"""Guards of re-keying."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

MUTANTS: list[Mutant] = [
    integration_mutant(
        "rekeying: writers wait",
        "test_rekeying",
        "waits",
        Edit("macros/rekeying/rekey_company_names.sql", "in access exclusive mode", "in access share mode"),
    ),
    integration_mutant(
        "rekeying: a key passes from one id to another",
        "test_rekeying",
        "made_anew",
        Edit(
            "macros/rekeying/rekey_temporary_ids.sql",
            " and (made.new_key is distinct from ledger.normalized_name or made.keeper <> made.temp_number)",
            " and made.keeper <> made.temp_number",
        ),
    ),
    integration_mutant(
        "rekeying: a key passes from one request to another",
        "test_rekeying",
        "made_anew",
        Edit("macros/rekeying/rekey_requests.sql", " and made.new_key <> request.normalized_name", " and false"),
    ),
    integration_mutant(
        "rekeying: open requests are folded",
        "test_rekeying",
        "accounted_for",
        Edit(
            "macros/rekeying/rekey_requests.sql",
            "(made.new_key is null or made.keeper <> made.id)",
            "made.new_key is null",
        ),
    ),
    integration_mutant(
        "rekeying: what a correction holds wins",
        "test_rekeying",
        "accounted_for",
        Edit(
            "macros/rekeying/prepare_rekeying.sql",
            "            given.held_by desc nulls last,\n",
        ),
    ),
    integration_mutant(
        "rekeying: the older id stays",
        "test_rekeying",
        "accounted_for",
        Edit("macros/rekeying/prepare_rekeying.sql", " min(given.temp_number) over", " max(given.temp_number) over"),
    ),
    integration_mutant(
        "rekeying: codes of mappings",
        "test_rekeying_of_older_rules",
        "joined_wrongly",
        Edit(
            "macros/rekeying/rekey_mappings.sql",
            "set alias_name = {{ schema }}.normalize_code(alias_text), changed_in",
            "set changed_in",
        ),
    ),
    integration_mutant(
        "rekeying: codes of records",
        "test_rekeying_of_older_rules",
        "joined_wrongly",
        Edit("macros/rekeying/rekey_rows.sql", "    plan_code = {{ schema }}.normalize_code(raw_plan_code),\n"),
    ),
    integration_mutant(
        "rekeying: names that name nobody have not met",
        "test_rekeying_of_older_rules",
        "joined_wrongly",
        Edit(
            "macros/rekeying/report_key_changes.sql",
            "where made.new_key is not null and made.keeper",
            "where made.keeper",
        ),
    ),
]
