"""Guards of corrections."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

MUTANTS: list[Mutant] = [
    integration_mutant(
        "correction: an undone one holds no alias",
        "test_company_id_corrections",
        "undoes_a_correction",
        Edit("macros/mapping/aliases_in_force.sql", "\n        and held.superseded_by is null"),
    ),
    integration_mutant(
        "correction: an undone one holds no answered name",
        "test_company_id_corrections",
        "undoes_a_correction or alias_by_alias",
        Edit("macros/lookups/best_answers.sql", "\n        and held.superseded_by is null"),
    ),
    integration_mutant(
        "correction: an undone one replaces no company",
        "test_company_id_corrections",
        "undoes_a_correction",
        Edit("macros/corrections/replaces.sql", ".undone_by is null)", ".correction_id is not null)"),
    ),
    integration_mutant(
        "correction: held aliases outrank loads",
        "test_company_id_corrections",
        "given_to_nobody_again or unit_tests",
        Edit(
            "macros/mapping/decisions/corrected_statements.sql",
            "and (held.correction_id is not null or coalesce(replaced.kind = 'corrected', false)) as is_overruled",
            "and coalesce(replaced.kind = 'corrected', false) as is_overruled",
        ),
    ),
    integration_mutant(
        "correction: an id found wrong makes no alias",
        "test_company_id_corrections",
        "given_to_nobody_again or unit_tests",
        Edit(
            "macros/mapping/decisions/corrected_statements.sql",
            "and (held.correction_id is not null or coalesce(replaced.kind = 'corrected', false)) as is_overruled",
            "and held.correction_id is not null as is_overruled",
        ),
    ),
    integration_mutant(
        "correction: a merged id changes no alias that is there",
        "test_company_id_corrections",
        "unit_tests",
        Edit(
            "macros/mapping/decisions/mapping_claims.sql",
            "    when mode = 'replaced' then null\n",
        ),
    ),
    integration_mutant(
        "correction: an id found wrong answers no name",
        "test_company_id_corrections",
        "given_to_nobody_again",
        Edit(
            "macros/lookups/best_answers.sql",
            "(held.correction_id is not null or replaced.kind is distinct from 'corrected')",
            "true",
        ),
    ),
    integration_mutant(
        "correction: circles and retired ids",
        "test_company_id_corrections",
        "circles",
        Edit(
            "macros/corrections/correct_company_id.sql",
            "        {%- do company_enrichment.refuse_correction(decision) -%}\n",
        ),
    ),
    integration_mutant(
        "correction: chains are followed",
        "test_company_id_corrections",
        "chains",
        Edit("macros/corrections/record_correction.sql", "{%- do company_enrichment.follow_corrections() -%}\n"),
    ),
    integration_mutant(
        "correction: what was superseded holds again",
        "test_company_id_corrections",
        "alias_by_alias",
        Edit(
            "macros/corrections/record_correction.sql",
            "nullif(undone.superseded_by, ",
            "greatest(undone.superseded_by, ",
        ),
    ),
    integration_mutant(
        "correction: waits for a run at work",
        "test_company_id_corrections",
        "waits_for_a_run",
        Edit(
            "macros/tables/hold_models.sql",
            "    {%- do run_query(company_enrichment.one_writer_at_a_time(model)) -%}\n",
        ),
    ),
    integration_mutant(
        "correction: one in force",
        "test_company_id_corrections",
        "one_decision_in_force",
        Edit(
            "macros/schema/company_id_corrections.sql",
            "create unique index if not exists company_id_corrections_one",
            "create index if not exists company_id_corrections_one",
        ),
    ),
    integration_mutant(
        "correction: one holder of an alias",
        "test_company_id_corrections",
        "one_decision_in_force",
        Edit(
            "macros/schema/corrected_aliases.sql",
            "create unique index if not exists corrected_aliases_one",
            "create index if not exists corrected_aliases_one",
        ),
    ),
    integration_mutant(
        "correction: without execute nothing is done",
        "test_company_id_corrections",
        "without_execute",
        Edit(
            "macros/corrections/correct_company_id.sql",
            "    {%- if execute -%}\n        {%- set correction_id",
            "    {%- if true -%}\n        {%- set correction_id",
        ),
    ),
]
