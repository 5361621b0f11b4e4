"""Guards of the sample, of seeds that are not listed, of misspelt settings, and of lines on a terminal."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, unit_mutant

CHECKS = "python/company_enrichment/settings/checks.py"
SETTINGS = "python/company_enrichment/settings/model.py"
UNKNOWN = "python/company_enrichment/settings/unknown.py"
PRINTABLE = "python/company_enrichment/printable_text.py"
STATEMENTS = "python/company_enrichment/sample/statements.py"
DATA = "python/company_enrichment/sample/data.py"
VARS = "macros/settings/warn_of_unknown_vars.sql"
STANDING = "macros/mapping/standing_seed_loads.sql"
LAND = "macros/mapping/land_seed_mappings.sql"


def _sample(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return Mutant(f"sample: {name}", "tests/python/acceptance/test_sample.py", must_fail, edits)


def _terminal(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"terminal: {name}", "test_terminal_lines", must_fail, *edits)


MUTANTS: list[Mutant] = [
    unit_mutant(
        "sample: an own database is not the embedded server",
        "test_settings",
        "the_sample_is_for",
        Edit(SETTINGS, 'if asked_for else not os.environ.get("WDH_DATABASE__URI")', "if asked_for else True"),
    ),
    unit_mutant(
        "sample: no registry without it",
        "test_settings",
        "the_sample_is_for",
        Edit(SETTINGS, 'return "sample_registry" if uses_sample() else None', 'return "sample_registry"'),
    ),
    unit_mutant(
        "sample: no workbooks without it",
        "test_settings",
        "the_sample_is_for",
        Edit(
            "python/company_enrichment/ingestion/input_files.py",
            "    if uses_sample():\n        return",
            "    if True:\n        return",
        ),
    ),
    unit_mutant(
        "sample: a registry without a table",
        "test_settings",
        "a_provider_that_is_missing",
        Edit(
            "python/company_enrichment/lookups/providers/__init__.py",
            "if settings.registry_table is None:",
            "if False:",
        ),
    ),
    unit_mutant(
        "sample: not in an installing project",
        "test_value_rules",
        "one_rule_in_macros_and_seeds",
        Edit("macros/settings/uses_sample.sql", " and project_name == 'company_enrichment'"),
    ),
    unit_mutant(
        "sample: the registry of a seed",
        "test_value_rules",
        "one_rule_in_macros_and_seeds",
        Edit("seeds/registry/sample_registry.yml", "and env_var('WDH_DATABASE__URI', '') == '' and", "and"),
    ),
    unit_mutant(
        "sample: WDH_SAMPLE is true or false",
        "test_value_rules",
        "sample_is_true_or_false",
        Edit("macros/settings/check_settings.sql", "env_var('WDH_SAMPLE', '') not in ('', 'true', 'false')", "false"),
    ),
    _sample(
        "a seed that is not listed",
        "own_seeds_alone",
        Edit(LAND, "reader and model.unique_id not in reader.depends_on.nodes", "false"),
    ),
    _sample(
        "the build of an own database",
        "a_build_of_an_own_database",
        Edit(
            "seeds/mappings/sample_mappings.yml",
            "enabled: >-\n        {{ env_var('WDH_SAMPLE', '') == 'true' or",
            "enabled: >-\n        {{ true or",
        ),
    ),
    _sample(
        "what a seed has landed is withdrawn",
        "withdrawn_once_it_is_not_listed",
        Edit("macros/runs/begin_run.sql", "{%- do company_enrichment.withdraw_unlisted_seeds() -%}", ""),
    ),
    _sample(
        "loads of others under the name of a seed",
        "withdrawn_once_it_is_not_listed",
        Edit(STANDING, "    and starts_with(standing.load_id, standing.source || ':')\n", ""),
        Edit(STANDING, "    and right(standing.load_id, 32) = standing.content_hash\n", ""),
    ),
    _sample(
        "what was withdrawn may come again",
        "withdrawn_once_it_is_not_listed",
        Edit(LAND, "case when withdrawal.load_id is null then loads.content_hash end", "loads.content_hash"),
    ),
    _sample(
        "what somebody has undone stays undone",
        "withdrawn_once_it_is_not_listed",
        Edit(LAND, " and withdrawal.content_hash = 'withdrawn'", ""),
    ),
    _sample(
        "records of another file stay",
        "somebody_else_s_too",
        Edit(STATEMENTS, "            and file.content_hash <> all(%(content_hashes)s)\n", "            and false\n"),
    ),
    _sample(
        "companies of others stay",
        "somebody_else_s_too",
        Edit(DATA, 'if unused["is_unused"] and empty["is_empty"]:', 'if unused["is_unused"]:'),
    ),
    _sample(
        "names that others have, too, stay asked for",
        "nothing_else",
        Edit(
            STATEMENTS, "where record.name = name.name and record.record_id <> all(%(records)s::text[])", "where false"
        ),
    ),
    _sample(
        "the answers of the sample registry",
        "nothing_else",
        Edit(STATEMENTS, "answer.evidence ->> 'table' = %(registry)s", "false"),
    ),
    _sample(
        "answers of other registries",
        "nothing_else",
        Edit(STATEMENTS, "    answer.provider = 'registry'\n    and case", "    case"),
        Edit(
            STATEMENTS, "when answer.evidence ? 'table' then", "when answer.provider = 'eqc' then true when false then"
        ),
    ),
    _sample(
        "a run that sees that rows are gone",
        "nothing_else",
        Edit(DATA, '["run", "--vars", "{compare_everything: true}"]', '["run"]'),
    ),
    _sample(
        "tables without a seed",
        "asks_for_its_files",
        Edit(
            "python/company_enrichment/cli/pipeline.py",
            "            if not _is_deployed(connection, schema):",
            "            if False:",
        ),
    ),
    unit_mutant(
        "misspelt: the nearest setting",
        "test_unknown_settings",
        "nearest_name",
        Edit(UNKNOWN, "return endings[found[0]] if found else None", "return None"),
    ),
    unit_mutant(
        "misspelt: names of other programs",
        "test_unknown_settings",
        "another_program_s",
        Edit(UNKNOWN, "_NEARLY_THE_SAME = 0.93", "_NEARLY_THE_SAME = 0.5"),
    ),
    unit_mutant(
        "misspelt: what .env cannot say",
        "test_unknown_settings",
        "dotenv_file_is_looked_at",
        Edit(UNKNOWN, "        if name in exported_only\n", "        if False\n"),
    ),
    unit_mutant(
        "misspelt: vars of others",
        "test_value_rules",
        "vars_of_others",
        Edit(VARS, " and name != project_name -%}", " -%}\n    {%- set known = known + [name] -%}"),
    ),
    unit_mutant(
        "misspelt: vars of the project",
        "test_value_rules",
        "a_misspelt_var_of_the_project",
        Edit(VARS, "if vars.company_enrichment is mapping else []) if name not in known", "if false else [])"),
    ),
    unit_mutant(
        "misspelt: an operation warns",
        "test_value_rules",
        "an_operation_warns",
        Edit("macros/settings/begin_operation.sql", "{%- do company_enrichment.warn_of_unknown_vars() -%}\n"),
    ),
    unit_mutant(
        "settings: an empty path",
        "test_settings",
        "an_empty_path",
        Edit(
            CHECKS,
            'return None if isinstance(value, str) and not value.strip(" \\t") else value',
            "return value",
        ),
    ),
    unit_mutant(
        "settings: a list with commas",
        "test_settings",
        "a_list_is_read",
        Edit(
            CHECKS,
            'return [int(number) for number in text.split(",")]',
            "raise ValueError",
        ),
    ),
    unit_mutant(
        "settings: a list that is nested too deep",
        "test_settings",
        "cannot_be_used_is_named",
        Edit(CHECKS, "    except RecursionError:\n", "    except KeyError:\n"),
    ),
    _terminal(
        "lines end between words",
        "a_line_ends_between_words",
        Edit(PRINTABLE, "if column and column + cell_len(word[0].rstrip()) > width:", "if column and column > width:"),
    ),
    _terminal(
        "no word of a table is parted",
        "printed_cell_by_cell",
        Edit(PRINTABLE, "    if left < 0:\n        return False\n", ""),
    ),
    _terminal(
        "a table is not wider than the terminal",
        "that_fits_by_its_words",
        Edit(PRINTABLE, "    while left > 0 and", "    while"),
    ),
    _terminal(
        "nothing is wrapped in a pipe",
        "where_no_terminal_is",
        Edit(PRINTABLE, "            self.width = _UNLIMITED\n", "            self.width = 80\n"),
    ),
]
