"""Guards of the gate for company ids."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

FAULT = "macros/normalization/company_id_fault.sql"
GATE = "macros/schema/gate_of_company_ids.sql"
REGISTRY = "python/company_enrichment/lookups/providers/registry.py"
ACCEPTANCE = "python/company_enrichment/lookups/providers/acceptance.py"
HIGHEST = "macros/migrations/highest_published_temp_number.sql"
LOWERING = "macros/withdrawal/counter_lowering.sql"
MAPPINGS = "macros/withdrawal/withdraw_mappings.sql"


def _judged(name: str, text: str, replacement: str) -> Mutant:
    return integration_mutant(
        f"company ids: {name}", "test_field_cases_ids", "no_company_id or passes", Edit(FAULT, text, replacement)
    )


MUTANTS: list[Mutant] = [
    _judged("look-alike letters of a temporary id", "translate(bare, 'ТЕМРΤΕΜΡ', 'TEMPTEMP')", "bare"),
    _judged("what follows a prefix", "array[id, regexp_replace(id, '^[[:alpha:]][[:alnum:]_.-]*:', '')]", "array[id]"),
    _judged("compatible forms of letters", "normalize(given, nfkc)", "given"),
    _judged("a lost character", "{{ quoted('\\\\uFFFD') }}", "'^$'"),
    _judged("control characters", "return 'holds a control character'", "id := id"),
    integration_mutant(
        "company ids: a placeholder that looks like an id",
        "test_company_id_gate",
        "their_own_placeholders",
        Edit(FAULT, "        and company_id <> all({{ quoted_array(plain_placeholders) }})\n"),
    ),
    _judged("masks", "strpos(bare, '*') > 0", "false"),
    integration_mutant(
        "company ids: invisible characters go",
        "test_field_cases_ids",
        "no_second_id",
        Edit(
            "macros/normalization/clean_company_id.sql",
            "company_enrichment.invisible_characters()) }}",
            "'[\\\\uFEFF]') }}",
        ),
    ),
    integration_mutant(
        "company ids: the trigger of answers",
        "test_company_id_gate",
        "the_table_itself",
        Edit(GATE, "if fault is null then", "if true then"),
    ),
    integration_mutant(
        "company ids: an answer is cleaned",
        "test_company_id_gate",
        "the_table_itself",
        Edit(GATE, "{{ target.schema }}.clean_company_id(new.company_id);", "new.company_id;"),
    ),
    integration_mutant(
        "company ids: an answer that is changed",
        "test_company_id_gate",
        "the_table_itself",
        Edit(GATE, "before insert or update of outcome, company_id on", "before insert on"),
    ),
    integration_mutant(
        "company ids: the trigger of corrections",
        "test_company_id_gate",
        "the_table_itself",
        Edit(GATE, "if fault is not null then", "if false then"),
    ),
    integration_mutant(
        "company ids: a correction that is changed",
        "test_company_id_gate",
        "the_table_itself",
        Edit(GATE, "before insert or update of from_company_id, to_company_id\n", "before insert\n"),
    ),
    integration_mutant(
        "company ids: a registry's rows in two forms are one company",
        "test_company_id_gate",
        "registry_table",
        Edit(
            REGISTRY,
            "        {schema}.clean_company_id(registry.company_id::text) as clean_id,\n",
            "        registry.company_id::text as clean_id,\n",
        ),
    ),
    integration_mutant(
        "company ids: a candidate without an id that is the better match",
        "test_company_id_gate",
        "servers_candidates",
        Edit(
            ACCEPTANCE,
            "ranked = sorted([*companies, *(one.candidate for one in rivals.values())], key=_rank)",
            "ranked = companies or [one.candidate for one in rivals.values()]",
        ),
    ),
    integration_mutant(
        "company ids: the server's ids are judged without the prefix",
        "test_company_id_gate",
        "servers_candidates and reconciliation",
        Edit(
            "python/company_enrichment/lookups/providers/reconciliation.py",
            "company_id=company_id if self._gate is not None else self._id_prefix + company_id,",
            "company_id=self._id_prefix + company_id,",
        ),
    ),
    integration_mutant(
        "company ids: the request says that its answer is unusable",
        "test_company_id_gate",
        "a_worker_asks_the_gate",
        Edit(
            "python/company_enrichment/lookups/statements.py",
            "when reported.outcome = 'done' and reported.answer = 'unusable'",
            "when false",
        ),
    ),
    integration_mutant(
        "company ids: a mapping's id is cleaned",
        "test_company_id_gate",
        "a_mapping_with_a_faulty_id",
        Edit(
            "macros/mapping/decisions/landed_rows.sql",
            "{{ target.schema }}.clean_company_id(records.company_id) as clean_company_id",
            "{{ target.schema }}.normalize_code(records.company_id) as clean_company_id",
        ),
    ),
    integration_mutant(
        "company ids: an id that nothing carries is refused",
        "test_company_id_corrections",
        "taken_for_a_typing_error",
        Edit("macros/corrections/correct_company_id.sql", "{%- if not allow_unknown -%}", "{%- if false -%}"),
    ),
    integration_mutant(
        "company ids: a company id lifts no counter",
        "test_temp_id_sequence_migration",
        "nobody_can_have_issued",
        Edit(HIGHEST, "\"to_jsonb(published) ->> 'is_temporary'\"", '"true"'),
    ),
    integration_mutant(
        "company ids: a published id beyond the limit",
        "test_temp_id_sequence_migration",
        "nobody_can_have_issued",
        Edit(HIGHEST, "number > [state.counter, state.issued + limit, at_least] | max", "false"),
    ),
    Mutant(
        "company ids: a lift is bound by the ledger",
        "tests/python/acceptance/test_roles.py",
        "cannot_use_the_temporary_ids_up",
        (
            Edit(
                "macros/schema/lift_temp_id_sequence.sql",
                "select coalesce(max(issued.temp_number), 0) into highest from",
                "select greatest(reached, coalesce(max(issued.temp_number), 0)) into highest from",
            ),
        ),
    ),
    integration_mutant(
        "company ids: a counter stays where an id was issued behind it",
        "test_withdrawing_company_ids",
        "lowered_only",
        Edit(LOWERING, "{%- if issued >= counter -%}", "{%- if false -%}"),
    ),
    integration_mutant(
        "company ids: a counter stays where a migration has put it",
        "test_withdrawing_company_ids",
        "lowered_only",
        Edit(LOWERING, "step.what like '%counter%'", "false"),
    ),
    integration_mutant(
        "company ids: a counter is lowered for its number alone",
        "test_withdrawing_company_ids",
        "lowered_only",
        Edit(LOWERING, "substr(faulty.company_id, 6)::numeric = {{ counter }}", "true"),
    ),
    integration_mutant(
        "company ids: what lost against a faulty row counts",
        "test_withdrawing_company_ids",
        "told_and_then_taken_out",
        Edit("macros/withdrawal/let_losers_count.sql", "and loser.rule in ('append', 'first line')", "and false"),
    ),
    integration_mutant(
        "company ids: what was said beside a faulty row counts again",
        "test_withdrawing_company_ids",
        "told_and_then_taken_out",
        Edit(MAPPINGS, "            company_enrichment.touch_what_counts_again(changes),\n"),
    ),
    integration_mutant(
        "company ids: an alias without another word is retired",
        "test_withdrawing_company_ids",
        "told_and_then_taken_out",
        Edit("macros/withdrawal/reject_faulty_rows.sql", ") then 'withdrawn'\n    end,", ") then null\n    end,"),
    ),
]
