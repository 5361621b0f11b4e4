"""Guards of vars, arguments of operations and settings, and of text that becomes SQL."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

FAULTS = "macros/settings/value_faults.sql"
TEXTS = "macros/settings/are_texts.sql"
CHECK = "macros/settings/check_settings.sql"
ONE_VAR = "macros/settings/var_faults.sql"
EXPRESSION = "macros/settings/is_one_expression.sql"
QUOTED = "macros/quoting/quoted.sql"
CHECKS = "python/company_enrichment/settings/checks.py"
LOADING = "python/company_enrichment/settings/loading.py"
SETTINGS = "python/company_enrichment/settings/model.py"


def _rule(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"vars: {name}", "test_value_rules", must_fail, *edits)


def _setting(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"settings: {name}", "test_settings", must_fail, *edits)


MUTANTS: list[Mutant] = [
    _rule("a range", "cannot_be_used", Edit(FAULTS, "or not (rule.from <= value <= rule.to)", "")),
    _rule("a whole number", "cannot_be_used", Edit(FAULTS, "rule.is == 'integer' and value is not integer", "false")),
    _rule(
        "true is no number",
        "cannot_be_used",
        Edit(FAULTS, "value is boolean or value is not number", "value is not number"),
    ),
    _rule("a text is no truth", "cannot_be_used", Edit(FAULTS, "is_wrong = value is not boolean", "is_wrong = false")),
    _rule("null", "cannot_be_used", Edit(FAULTS, "value is none and rule.or_null", "value is none")),
    _rule("null where it is allowed", "may_be_is_taken", Edit(FAULTS, "value is none and rule.or_null", "false")),
    _rule("NUL", "cannot_be_used", Edit(FAULTS, "[\\\\x00\\\\ud800-\\\\udfff]", "[\\\\ud800-\\\\udfff]")),
    _rule("half of a pair", "cannot_be_stored", Edit(FAULTS, "[\\\\x00\\\\ud800-\\\\udfff]", "[\\\\x00]")),
    _rule(
        "NUL in a list of words",
        "cannot_be_used",
        Edit(FAULTS, "        and not modules.re.search(unstorable, value | join(' '))\n"),
    ),
    _rule(
        "a list of words that differ",
        "cannot_be_used",
        Edit(FAULTS, "rule.entries.is == 'text' and not rule.unique and", "rule.entries.is == 'text' and"),
    ),
    _rule(
        "a text is no list",
        "cannot_be_used",
        Edit(FAULTS, "is_wrong = value is string or value is mapping", "is_wrong = value is mapping"),
    ),
    _rule(
        "a dictionary is no list",
        "cannot_be_used",
        Edit(FAULTS, "value is string or value is mapping or", "value is string or"),
    ),
    _rule(
        "at least so many entries", "cannot_be_used", Edit(FAULTS, "value | length < rule.get('at_least', 0)", "false")
    ),
    _rule("entries that differ", "cannot_be_used", Edit(FAULTS, "rule.unique and told_apart_by in seen", "false")),
    _rule(
        "entries",
        "cannot_be_used",
        Edit(
            FAULTS,
            "entry, rule.entries)",
            "entry, {'is': 'fields', 'fields': entry} if entry is mapping else {'is': 'text'})",
        ),
    ),
    _rule(
        "fields that must be there",
        "cannot_be_used",
        Edit(FAULTS, "for key in rule.required if key not in value", "for key in []"),
    ),
    _rule(
        "fields that are none",
        "cannot_be_used",
        Edit(FAULTS, "{%- if key in rule.fields -%}", "{%- if key not in rule.fields -%}{%- elif true -%}"),
    ),
    _rule("keys of a dictionary", "cannot_be_used", Edit(FAULTS, "key, rule.get('keys'))", "'x', rule.get('keys'))")),
    _rule(
        "values of a dictionary",
        "cannot_be_used",
        Edit(FAULTS, "entry, rule.get('values'))", "[] if entry is string else entry, rule.get('values'))"),
    ),
    _rule("a choice", "cannot_be_used", Edit(FAULTS, " or value not in rule.of")),
    _rule("a blank text", "cannot_be_used", Edit(TEXTS, " or not value | trim")),
    _rule("the length of a text", "cannot_be_used", Edit(TEXTS, " or value | length > longest")),
    _rule("the form of a text", "cannot_be_used", Edit(TEXTS, "rule.matches and not", "false and not")),
    _rule("an interval", "cannot_be_used", Edit(FAULTS, "value is boolean or not is_fine", "value is boolean")),
    _rule(
        "a number for an interval",
        "may_be_is_taken",
        Edit(FAULTS, "0 <= value < 1e15 if value is number", "false if value is number"),
    ),
    _rule(
        "an expression",
        "cannot_be_used",
        Edit(FAULTS, "not company_enrichment.is_one_expression(value)", "value is not string"),
    ),
    _rule("an expression ends at a semicolon", "cannot_be_used", Edit(EXPRESSION, "';|--|", "'--|")),
    _rule("an expression holds no comment", "cannot_be_used", Edit(EXPRESSION, "';|--|/[*]|[*]/|", "';|")),
    _rule("an expression closes its quotes", "cannot_be_used", Edit(EXPRESSION, "|[\\'\"\\\\\\\\$]'", "'")),
    _rule("an expression closes its brackets", "cannot_be_used", Edit(EXPRESSION, "open.brackets == 0 and ", "")),
    _rule(
        "an expression closes no bracket of others",
        "cannot_be_used",
        Edit(EXPRESSION, " and not open.is_closed_too_early", " or open.brackets < 0"),
    ),
    _rule(
        "an expression may hold what is in quotes",
        "may_be_is_taken",
        Edit(EXPRESSION, ", ' ', value)", ", '(', value)"),
    ),
    _rule(
        "either ref or source",
        "cannot_be_used",
        Edit(ONE_VAR, "{%- if ('ref' in value) == ('source' in value)", "{%- if false"),
    ),
    _rule(
        "columns of records", "cannot_be_used", Edit(ONE_VAR, "{%- if 'columns' not in value -%}", "{%- if false -%}")
    ),
    _rule(
        "changed_at and overlap",
        "cannot_be_used",
        Edit(ONE_VAR, "('changed_at' in value) != ('overlap' in value)", "false"),
    ),
    _rule("a template", "command_line", Edit(ONE_VAR, "given is string and modules", "false and modules")),
    _rule("a misspelt var", "command_line", Edit(CHECK, "{%- elif meant -%}", "{%- elif false -%}")),
    _rule(
        "a var that is none",
        "command_line",
        Edit(CHECK, "{%- elif project_name == 'company_enrichment' -%}", "{%- elif false -%}"),
    ),
    _rule(
        "all faults at once",
        "said_at_once",
        Edit(CHECK, "{%- for name in known -%}", "{%- for name in known if not faults -%}"),
    ),
    _rule("the run id", "run_id_that_cannot", Edit(CHECK, "{%- if execute -%}", "{%- if false -%}")),
    _rule(
        "arguments", "same_rules", Edit("macros/settings/begin_operation.sql", "{%- if faults -%}", "{%- if false -%}")
    ),
    _rule(
        "vars before an operation",
        "same_rules",
        Edit("macros/settings/begin_operation.sql", "{%- do company_enrichment.check_settings() -%}"),
    ),
    _rule(
        "63 characters of a schema",
        "cannot_be_used_everywhere",
        Edit("macros/settings/refuse_unusable_schema.sql", "{0,62}", "{0,63}"),
    ),
    _rule(
        "schemas of PostgreSQL",
        "cannot_be_used_everywhere",
        Edit("macros/settings/refuse_unusable_schema.sql", "(?!pg_|information_schema$)", ""),
    ),
    _rule(
        "control characters are not shown",
        "shown_alike",
        Edit("macros/settings/shown.sql", "modules.re.fullmatch('[ -~]*', text)", "true"),
    ),
    _rule(
        "a long text is cut",
        "shown_alike",
        Edit("macros/settings/shown.sql", "value if value | length <= longest else", "value if true else"),
    ),
    _rule("a quote within a text", "quoted_text", Edit(QUOTED, ' | replace("\'", "\'\'")')),
    _rule("a backslash within a text", "quoted_text", Edit(QUOTED, '"\\\\", "\\\\\\\\"', '"\\\\", "\\\\"')),
    _rule(
        "a quote within a name",
        "quoted_name",
        Edit("macros/quoting/quoted_name.sql", "(name | replace('\"', '\"\"'))", "name"),
    ),
    _rule(
        "the run id, in Python",
        "run_id_that_cannot",
        Edit("python/company_enrichment/run_lease.py", " or len(run_id) > _LONGEST_RUN_ID"),
    ),
    _rule(
        "a run id that is no text, in Python",
        "run_id_that_cannot",
        Edit("python/company_enrichment/run_lease.py", " or text_fault(run_id)"),
    ),
    _setting(
        "a secret is not shown",
        "shows_a_secret",
        Edit(LOADING, "if is_secret or not about", "if not about"),
    ),
    _setting(
        "an address is not shown",
        "shows_a_secret",
        Edit(LOADING, ' or not about.get("shows_value", True)'),
    ),
    _setting(
        "a token for a header",
        "shows_a_secret",
        Edit(
            CHECKS,
            'not re.fullmatch("[!-~]*", token.get_secret_value())',
            "False",
        ),
    ),
    _setting(
        "the name of a table",
        "named_with_its_value",
        Edit(SETTINGS, "Annotated[str | None, AfterValidator(table_name)]", "str | None"),
    ),
    _setting(
        "the bytes of a table's name",
        "named_with_its_value",
        Edit(CHECKS, "len(part.encode()) > _IDENTIFIER_BYTES", "False"),
    ),
    _setting(
        "the name of a schema",
        "named_with_its_value",
        Edit(SETTINGS, "Annotated[str, AfterValidator(schema_name)]", "str"),
    ),
    _setting(
        "bytes that are no text",
        "named_with_its_value or shows_a_secret",
        Edit(SETTINGS, "if isinstance(text, str) and text_fault(text):", "if False:"),
    ),
    _setting(
        "a list is JSON",
        "named_with_its_value",
        Edit(SETTINGS, "Field(strict=True, ge=0, le=525_600)", "Field(ge=0, le=525_600)"),
    ),
    _setting("no end of a budget", "named_with_its_value", Edit(SETTINGS, "        le=MOST_LOOKUPS,\n")),
]


def _hostile(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return integration_mutant(f"hostile text: {name}", "test_hostile_text", must_fail, *edits)


MUTANTS += [
    _hostile(
        "the run id of a run",
        "whatever_a_run_reads",
        Edit(
            "macros/runs/take_run_lease.sql",
            "company_enrichment.quoted(company_enrichment.run_id())",
            '"\'" ~ company_enrichment.run_id() ~ "\'"',
        ),
    ),
    _hostile(
        "the run id of a decision",
        "whatever_a_run_reads",
        Edit(
            "models/mapping/mapping_changes.sql",
            "{{ company_enrichment.quoted(company_enrichment.run_id()) }}",
            "'{{ company_enrichment.run_id() }}'",
        ),
    ),
    _hostile(
        "the run id of a re-key",
        "re_key_files",
        Edit(
            "macros/rekeying/rekey_mappings.sql",
            "company_enrichment.quoted(['rekey:', company_enrichment.run_id()] | join)",
            '"\'rekey:" ~ company_enrichment.run_id() ~ "\'"',
        ),
    ),
    _hostile(
        "the name of a seed",
        "a_seed_may_have",
        Edit(
            "macros/mapping/land_seed_mappings.sql",
            "company_enrichment.quoted('seed:' ~ this.identifier)",
            '"\'seed:" ~ this.identifier ~ "\'"',
        ),
    ),
    _hostile(
        "a per cent sign in a table's name",
        "a_registry_may_have",
        Edit("python/company_enrichment/lookups/providers/registry.py", 'part.replace("%", "%%")', "part"),
    ),
    _hostile(
        "a load id too long for an index",
        "binds_what_it_is_given",
        Edit("python/company_enrichment/mappings/landing.py", "if len(value) > LONGEST_TEXT:", "if False:"),
    ),
    _hostile(
        "the fields of a domain file",
        "field_of_a_domain_file",
        Edit(
            "python/company_enrichment/ingestion/domains/parts.py",
            "if fault is not None or not text.strip() or len(text) > _LONGEST_TEXT:",
            "if False:",
        ),
    ),
    _hostile(
        "a domain's name is no path",
        "stay_below or field_of_a_domain_file",
        Edit(
            "python/company_enrichment/ingestion/domains/__init__.py",
            'if not re.fullmatch(r"[\\w-]{1,63}", name):',
            "if False:",
        ),
    ),
    _hostile(
        "a domain's files are below its folder",
        "stay_below",
        Edit(
            "python/company_enrichment/ingestion/domains/__init__.py",
            "            if fault is not None:\n                raise ValueError(fault)\n",
            "            pass\n",
        ),
    ),
    integration_mutant(
        "vars: a run is refused",
        "test_settings_of_runs",
        "a_run_is_refused",
        Edit("macros/runs/begin_run.sql", "    {%- do company_enrichment.check_settings() -%}\n"),
    ),
    integration_mutant(
        "vars: a schema is refused before dbt creates it",
        "test_settings_of_runs",
        "pasted_into_the_statement",
        Edit("macros/runs/begin_run.sql", "{%- if not execute and ", "{%- if false and "),
    ),
]
for _operation, _file in {
    "prune_answers": "macros/lookups/prune_answers.sql",
    "prune_mapping_loads": "macros/mapping/repeats/prune_mapping_loads.sql",
    "rekey_company_names": "macros/rekeying/rekey_company_names.sql",
    "migrate": "macros/migrations/migrate.sql",
    "release_run": "macros/runs/release_run.sql",
    "withdraw_mapping_seed": "macros/mapping/withdraw_mapping_seed.sql",
}.items():
    MUTANTS.append(
        integration_mutant(
            f"vars: {_operation} checks them",
            "test_settings_of_runs",
            "every_operation_checks or every_var_of_the_project",
            Edit(
                _file,
                f"{{%- do company_enrichment.begin_operation('{_operation}'",
                f"{{%- set unchecked = ('{_operation}'",
            ),
        )
    )
