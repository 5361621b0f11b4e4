"""Guards of the crosswalk."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

MUTANTS: list[Mutant] = [
    integration_mutant(
        "crosswalk: one open row",
        "test_crosswalk",
        "one_open_row",
        Edit("macros/incremental/index_open_rows.sql", "create unique index", "create index"),
    ),
    integration_mutant(
        "crosswalk: a closed row leads nowhere",
        "test_crosswalk",
        "re_pointed",
        Edit(
            "macros/resolution/current_company_id.sql",
            "where step.from_company_id = {{ company_id }} and step.valid_to is null and",
            "where step.from_company_id = {{ company_id }} and",
        ),
    ),
    integration_mutant(
        "crosswalk: only temporary ids become unresolved",
        "test_company_id_corrections",
        "undoes_a_correction",
        Edit("macros/resolution/crosswalk_changes.sql", " or stored_kind = 'resolved'", " or stored_kind is not null"),
    ),
]
