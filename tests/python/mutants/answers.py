"""Guards of lookup answers."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

DIFFERENCES = "macros/normalization/company_name_differences.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "answers: the best answer of a name is not pruned",
        "test_lookup_answers",
        "pruned",
        Edit("macros/lookups/prune_answers.sql", " and cache.answer_id <> answer.answer_id"),
    ),
    integration_mutant(
        "answers: nothing is pruned that the cache has not read",
        "test_lookup_answers",
        "pruned",
        Edit(
            "macros/lookups/prune_answers.sql",
            "\n    and not {{ company_enrichment.is_changed('answer', watermark) }}",
        ),
    ),
    integration_mutant(
        "answers: nothing is pruned that spares asking again",
        "test_lookup_answers",
        "pruned",
        Edit(
            "macros/lookups/prune_answers.sql",
            "not {{ company_enrichment.is_lately_answered('answer') }}",
            "true",
        ),
    ),
    integration_mutant(
        "answers: a worse answer of another company does not win",
        "test_lookup_answers",
        "worse_answer",
        Edit("macros/lookups/best_answer_first.sql", ".confidence desc nulls last", ".answered_at desc"),
    ),
    integration_mutant(
        "answers: a company that contradicts the asked name is turned down",
        "test_answer_acceptance",
        "contradicts_the_asked_one",
        Edit("macros/schema/veto_of_answers.sql", "if cardinality(vetoes) > 0 then", "if false then"),
    ),
    integration_mutant(
        "answers: names of one key contradict each other in nothing",
        "test_answer_acceptance",
        "contradict_each_other",
        Edit(
            DIFFERENCES,
            " or {{ schema }}.normalize_company_name(one) = {{ schema }}.normalize_company_name(other)",
        ),
    ),
]
