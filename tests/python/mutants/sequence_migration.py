"""Guards of the migration of temp_id_sequence."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

STEPS = "macros/migrations/temp_id_sequence_steps.sql"
AS_FOUND = "macros/migrations/temp_id_sequence_as_found.sql"
LAST_NUMBER = "macros/migrations/add_last_number_steps.sql"
COUNTING = "macros/migrations/obstacles_to_counting.sql"
CHANGING = "macros/migrations/obstacles_to_changing.sql"
TRANSACTION = "macros/migrations/in_transaction.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "migration: the highest counter counts",
        "test_temp_id_sequence_migration",
        "counter_is_kept",
        Edit(STEPS, " desc nulls last limit 1)", " limit 1)"),
    ),
    integration_mutant(
        "migration: behind the ids in use",
        "test_temp_id_sequence_migration",
        "behind_an_id_in_use or published_elsewhere",
        Edit("macros/migrations/migrate_temp_id_sequence.sql", "[highest, at_least or 0] | max", "at_least or 0"),
    ),
    integration_mutant(
        "migration: no reset of what was issued",
        "test_temp_id_sequence_migration",
        "reset_only_when",
        Edit("macros/migrations/migrate_temp_id_sequence.sql", "{%- if reset and highest > 0 -%}", "{%- if false -%}"),
    ),
    integration_mutant(
        "run: the sequence is lifted",
        "test_temp_id_sequence_migration",
        "published_elsewhere",
        Edit(
            "macros/runs/begin_run.sql", "        {%- do company_enrichment.lift_sequence_behind_published_ids() -%}\n"
        ),
    ),
    integration_mutant(
        "lift: the counter is never lowered",
        "test_temp_id_sequence_migration",
        "never_lowered",
        Edit(STEPS, "else [found.reached, at_least] | max", "else at_least or found.reached"),
    ),
    integration_mutant(
        "migration: one transaction",
        "test_temp_id_sequence_migration",
        "fails_half_way",
        Edit(TRANSACTION, "{%- do run_query(company_enrichment.begin_read_committed()) -%}\n"),
    ),
    integration_mutant(
        "migration: plan only",
        "test_temp_id_sequence_migration",
        "plan_only",
        Edit(
            "macros/migrations/migrate_temp_id_sequence.sql",
            "{%- if not is_executed -%}\n        {%- set steps",
            "{%- if false -%}\n        {%- set steps",
        ),
        Edit("macros/migrations/migrate_temp_id_sequence.sql", '{%- do run_query("set transaction read only") -%}'),
    ),
    integration_mutant(
        "migration: a plan cannot write",
        "test_temp_id_sequence_migration",
        "read_only_transaction",
        Edit(
            "macros/migrations/migrate_temp_id_sequence.sql",
            '        {%- do run_query("set transaction read only") -%}\n',
        ),
    ),
    integration_mutant(
        "migration: recorded",
        "test_temp_id_sequence_migration",
        "does_and_records",
        Edit(
            "macros/migrations/migrate_temp_id_sequence.sql",
            "            {%- do company_enrichment.record_migration(steps) -%}\n",
        ),
    ),
    integration_mutant(
        "migration: the record repeats the version",
        "test_temp_id_sequence_migration",
        "leaves_the_deployed_version",
        Edit("macros/migrations/record_migration.sql", "coalesce(deployed.version, 0),", "0,"),
    ),
    integration_mutant(
        "migration: a record is no deployment",
        "test_temp_id_sequence_migration",
        "ends_with_1",
        Edit("macros/migrations/deployed_schema.sql", "where applied.version > 0\n"),
    ),
    integration_mutant(
        "migration: numbers drawn meanwhile",
        "test_temp_id_sequence_migration",
        "drawn_while",
        Edit(
            "macros/migrations/bring_temp_id_sequence.sql",
            "lock table {{ table }} in access exclusive mode",
            "select 1",
        ),
    ),
    integration_mutant(
        "migration: the higher of two columns",
        "test_temp_id_sequence_migration",
        "counter_is_kept",
        Edit(AS_FOUND, "greatest(0, max({{ counters | join('), max(') }}))", "greatest(0, max({{ counter }}))"),
    ),
    integration_mutant(
        "migration: the number of a serial column's sequence",
        "test_temp_id_sequence_migration",
        "counter_is_kept",
        Edit(AS_FOUND, " + owned | map(attribute=1) | map('int') | list"),
    ),
    integration_mutant(
        "migration: sequences of serial columns",
        "test_temp_id_sequence_migration",
        "lingers",
        Edit(LAST_NUMBER, "in found.owned if column == counter and dependency == 'a' -%}", "in [] -%}"),
    ),
    integration_mutant(
        "migration: a type is changed only when it has to be",
        "test_temp_id_sequence_migration",
        "are_kept",
        Edit(LAST_NUMBER, "has_other_type = last_number.type != 'integer'", "has_other_type = true"),
    ),
    integration_mutant(
        "migration: counters above INTEGER",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(AS_FOUND, "{%- if found > highest_number or (lowest or 0) < 0 -%}", "{%- if (lowest or 0) < 0 -%}"),
    ),
    integration_mutant(
        "migration: negative counters",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(AS_FOUND, "{%- if found > highest_number or (lowest or 0) < 0 -%}", "{%- if found > highest_number -%}"),
    ),
    integration_mutant(
        "migration: other relations",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(STEPS, "{%- elif kind != 'r' -%}", "{%- elif false -%}"),
    ),
    integration_mutant(
        "migration: other types",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            AS_FOUND,
            "{%- for column in counters if columns[column].type not in",
            "{%- for column in [] if columns[column].type not in",
        ),
    ),
    integration_mutant(
        "migration: columns without default",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            COUNTING,
            " and not atthasdef\n    and attidentity = ''",
            " and false",
        ),
    ),
    integration_mutant(
        "migration: conditions",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            COUNTING,
            ") is false from (select 0 as",
            ") and false from (select 0 as",
        ),
    ),
    integration_mutant(
        "migration: foreign keys",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(CHANGING, "contype = 'f'", "contype = 'f' and false"),
    ),
    integration_mutant(
        "migration: views on a column",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(CHANGING, ".rows if column in changes -%}", ".rows if false -%}"),
    ),
    integration_mutant(
        "migration: views on the primary key",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            CHANGING,
            "refclassid = 'pg_constraint'::regclass\norder by 1",
            "refclassid = 'pg_class'::regclass\norder by 1",
        ),
    ),
    integration_mutant(
        "migration: triggers",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            CHANGING,
            "{%- if counter == 'id' or 'id' in changes -%}",
            "{%- if false -%}",
        ),
    ),
    integration_mutant(
        "migration: shared sequences",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            CHANGING,
            "ownership.deptype = 'a'\n    and own.oid is null",
            "ownership.deptype = 'a'\n    and false",
        ),
    ),
    integration_mutant(
        "migration: native sequence before its number",
        "test_temp_id_sequence_migration",
        "counter_is_kept",
        Edit("macros/migrations/native_sequence_steps.sql", "else last_value - 1 end", "else last_value end"),
    ),
    integration_mutant(
        "migration: native sequence in use",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit("macros/migrations/native_sequence_steps.sql", "{%- if users -%}", "{%- if false -%}"),
    ),
    integration_mutant(
        "migration: native sequence downwards",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit("macros/migrations/native_sequence_steps.sql", "{%- if repeats_numbers -%}", "{%- if false -%}"),
    ),
    integration_mutant(
        "migration: native sequence above INTEGER",
        "test_temp_id_sequence_migration",
        "refused_by_name",
        Edit(
            "macros/migrations/native_sequence_steps.sql",
            "{%- elif found < 0 or found > company_enrichment.highest_temp_number() -%}",
            "{%- elif false -%}",
        ),
    ),
]
