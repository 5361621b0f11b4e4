"""Guards of the crosswalk."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

MUTANTS: list[Mutant] = [
    integration_mutant(
        "crosswalk: one open row",
        "test_crosswalk",
        "one_open_row",
        Edit(
            "models/resolution/company_id_crosswalk.yml",
            "where: valid_to is null, unique: true",
            "where: valid_to is null",
        ),
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
        Edit(
            "macros/resolution/crosswalk/crosswalk_changes.sql",
            " or stored_kind = 'resolved'",
            " or stored_kind is not null",
        ),
    ),
    integration_mutant(
        "crosswalk: an id whose name names nobody has a row",
        "test_dead_temporary_ids",
        "leads_to_nobody or older_version",
        Edit(
            "macros/resolution/crosswalk/crosswalk_changes.sql",
            "where to_company_id is not null or stored_kind = 'resolved' or names_nobody",
            "where to_company_id is not null or stored_kind = 'resolved'",
        ),
    ),
    integration_mutant(
        "crosswalk: that row is closed when the name is somebody's again",
        "test_dead_temporary_ids",
        "leads_to_nobody",
        Edit(
            "macros/resolution/crosswalk/crosswalk_changes.sql",
            "        or targets.names_nobody <> coalesce(stored.kind = 'unresolvable', false)\n",
            "        or (targets.names_nobody and stored.kind is null)\n",
        ),
    ),
    integration_mutant(
        "crosswalk: a number without a name is nobody's from the start",
        "test_dead_temporary_ids",
        "older_version",
        Edit("macros/resolution/crosswalk/crosswalk_targets.sql", "    and issued.first_name is not null\n"),
    ),
    integration_mutant(
        "crosswalk: an id that leads to an older one is not dead",
        "test_rekeying",
        "accounted_for",
        Edit(
            "macros/resolution/crosswalk/crosswalk_targets.sql",
            "    and issued.redirected_to is null as names_nobody,\n",
            "    and true as names_nobody,\n",
        ),
    ),
    integration_mutant(
        "crosswalk: an id of nobody leads to nobody",
        "test_dead_temporary_ids",
        "leads_to_nobody",
        Edit(
            "macros/resolution/current_company_id.sql",
            "(step.to_company_id is not null or step.kind = 'unresolvable')",
            "(step.to_company_id is not null)",
        ),
    ),
]
