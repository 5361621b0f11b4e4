"""Guards of the name key and the looser key."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

NAME_KEY = "macros/normalization/normalize_company_name.sql"
JUDGED = "macros/normalization/judged_company_name.sql"
LEADING = "macros/normalization/cut_leading_remarks.sql"
KEY = "macros/normalization/key_of_words.sql"
CODE = "macros/normalization/judged_code.sql"
FAULTS = "macros/normalization/name_fault_of.sql"
LETTERS = "macros/normalization/letters_of.sql"
FOLDED = "macros/normalization/folded_text.sql"
CORE = "macros/normalization/company_name_core.sql"
DEPLOY = "macros/migrations/deploy_schema.sql"
OBJECTS = "macros/migrations/deploy_objects.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "name key: endings with a rule, plain names",
        "test_name_key_properties",
        "nearly_plain or nothing_but_a_marker",
        Edit(NAME_KEY, "        and right(name, 1) <> all({{ endings }})\n"),
        Edit(NAME_KEY, "right(name, 1) <> all({{ endings_of_short_names }}))", "true)"),
    ),
    integration_mutant(
        "name key: endings with a rule, names with blanks",
        "test_name_key",
        "names_nobody",
        Edit(NAME_KEY, "right(rtrim(name), 1) <> all({{ endings_of_short_names }}))", "true)"),
        Edit(NAME_KEY, "right(rtrim(name, '.'), 1) <> all({{ endings_of_short_names }}))", "true)"),
    ),
    integration_mutant(
        "name key: brackets in pairs",
        "test_name_key_properties",
        "nearly_plain",
        Edit(NAME_KEY, "][{{ letter }} ]*(?:[(（][{{ letter }} ]*[)）][", "][()（）{{ letter }} ]*(?:["),
    ),
    integration_mutant(
        "name key: markers of ASCII letters",
        "test_name_rules_deployment",
        "any_width_case",
        Edit(NAME_KEY, "{%- if not western_remarks %}", "{%- if true %}"),
    ),
    integration_mutant(
        "name key: capitals that two letters share",
        "test_name_key",
        "spelling_and_remarks",
        Edit(FOLDED, "lower(upper({{ compatible }}))", "lower({{ compatible }})"),
    ),
    integration_mutant(
        "name key: greatest length",
        "test_name_key",
        "fits_into_an_index",
        Edit(
            JUDGED,
            "    if char_length(folded) > {{ company_enrichment.checked_var('name_maximum_length') }} then\n",
            "    if false then\n",
        ),
    ),
    integration_mutant(
        "name key: placeholder behind a marker",
        "test_name_key",
        "names_nobody",
        Edit(JUDGED, "        elsif is_placeholder or btrim(", "        elsif is_placeholder and btrim("),
    ),
    integration_mutant(
        "name key: protected names",
        "test_name_rules_deployment",
        "any_width_case",
        Edit(
            JUDGED,
            "is_protected := replace(without_markers, ' ', '') = {{ any_protected_name }};",
            "is_protected := false;",
        ),
        Edit(JUDGED, "is_protected := replace(folded, ' ', '') = {{ any_protected_name }};", "is_protected := false;"),
    ),
    integration_mutant(
        "name key: only a marker may leave nothing",
        "test_name_key",
        "account_word_or_code_alone",
        Edit(
            JUDGED, "        is_empty := without_remarks !~ {{", "        is_empty := false and without_remarks !~ {{"
        ),
    ),
    integration_mutant(
        "name key: a bracket that opens begins a part of the name",
        "test_name_key",
        "holds_a_part_of_the_name",
        Edit(LEADING, "[{{ delimiters.separator }})]+", "[{{ delimiters.separator }}()]+"),
    ),
    integration_mutant(
        "name key: characters that became neighbours",
        "test_name_key",
        "spelling_and_remarks",
        Edit(
            KEY,
            "            letters := normalize(letters, nfkc);",
            "            letters := letters;",
        ),
    ),
    integration_mutant(
        "name key: a lone marker names nobody",
        "test_name_key",
        "names_nobody",
        Edit(
            KEY,
            "        when key = any({{ company_enrichment.quoted_array(compared.lone_markers) }}) then",
            "        when false then",
        ),
    ),
    integration_mutant(
        "name key: session settings, search_path",
        "test_name_key_properties",
        "does_not_depend_on_the_session",
        Edit(JUDGED, "set search_path = pg_catalog, pg_temp\n"),
    ),
    integration_mutant(
        "name key: texts of vars are escaped",
        "test_name_rules_deployment",
        "neither_patterns",
        Edit(
            "macros/normalization/any_text_of.sql",
            "characters.append(modules.re.escape(character))",
            "characters.append(character)",
        ),
    ),
    integration_mutant(
        "name key: what is not listed stays",
        "test_field_cases_names",
        "no_letter_is_lost",
        Edit(LETTERS, "[{{ characters.dropped }}{{ characters.white_space }}]+", "[^[:alnum:]]+"),
    ),
    integration_mutant(
        "name key: decoration is dropped at the ends only",
        "test_field_cases_names",
        "no_letter_is_lost",
        Edit(
            LETTERS,
            "^[{{ characters.decoration }}]+|[{{ characters.decoration }}]+$",
            "[{{ characters.decoration }}]+",
        ),
    ),
    integration_mutant(
        "name key: radicals",
        "test_field_cases_names",
        "typed_for_a_letter",
        Edit("macros/normalization/without_look_alikes.sql", "[⺀-\u2eff{{ found", "[{{ found"),
    ),
    integration_mutant(
        "name key: accents typed for apostrophes",
        "test_field_cases_names",
        "typed_for_a_letter",
        Edit("macros/normalization/before_compatibility.sql", "    {%- do newer.append(accent) -%}\n"),
        Edit("macros/normalization/before_compatibility.sql", """    {%- do plain.append("'") -%}\n"""),
    ),
    integration_mutant(
        "name key: the capital of a small sharp s",
        "test_field_cases_names",
        "typed_for_a_letter",
        Edit(FOLDED, "replace(lower(upper({{ compatible }})), 'ß', 'ss')", "lower(upper({{ compatible }}))"),
    ),
    integration_mutant(
        "name key: a dot above a small i",
        "test_field_cases_names",
        "typed_for_a_letter",
        Edit(KEY, "(?<=i)", "(?<=j)"),
    ),
    integration_mutant(
        "name fault: letters were lost",
        "test_field_cases_names",
        "names_nobody_has_no_key",
        Edit(FAULTS, "quoted(lost | replace('\\n', '|'))", "quoted('(?!)')"),
    ),
    integration_mutant(
        "name fault: masked",
        "test_field_cases_names",
        "names_nobody_has_no_key",
        Edit(FAULTS, "quoted(masked | replace('\\n', '|'))", "quoted('(?!)')"),
    ),
    integration_mutant(
        "name fault: cut off",
        "test_field_cases_names",
        "names_nobody_has_no_key",
        Edit(FAULTS, "quoted(cut_off | replace('\\n', '|'))", "quoted('(?!)')"),
    ),
    integration_mutant(
        "name fault: the prefix of a stock exchange masks nothing",
        "test_field_cases_names",
        "belongs_to_a_name",
        Edit(FAULTS, "(?<!st)[*]", "[*]"),
    ),
    integration_mutant(
        "name fault: circles among numerals are one",
        "test_field_cases_names",
        "belongs_to_a_name",
        Edit(FAULTS, "(?<![{{ numerals }}])〇{2,}(?![{{ numerals }}])", "〇{2,}"),
    ),
    integration_mutant(
        "name fault: what stands before the name",
        "test_field_cases_names",
        "names_nobody_has_no_key",
        Edit(JUDGED, "piece := before_name || replace(words", "piece := replace(words"),
    ),
    integration_mutant(
        "name fault: of the key, too",
        "test_field_cases_names",
        "names_nobody_has_no_key",
        Edit(KEY, "        when key <> piece then", "        when false then"),
    ),
    integration_mutant(
        "name fault: what a spreadsheet leaves",
        "test_field_cases_names",
        "names_nobody_has_no_key",
        Edit(
            JUDGED,
            """left(folded, 1)) > 0\n            and replace(""",
            """left(folded, 1)) > 99\n            and replace(""",
        ),
    ),
    integration_mutant(
        "name key: cheap tests let no masked name through",
        "test_field_cases_names",
        "names_nobody_has_no_key",
        Edit(NAME_KEY, "0-9A-WYZa-wyz一-屮屰-柏柑-烪烬-锞锠-龥", "0-9A-Za-z一-龥"),
    ),
    integration_mutant(
        "name key: further placeholders",
        "test_field_cases_names",
        "further_placeholders",
        Edit(
            "macros/normalization/name_rule_texts.sql",
            "(company_enrichment.checked_var('more_name_placeholders') if rule == 'placeholders' else [])",
            "[]",
        ),
    ),
    integration_mutant(
        "code: invisible characters",
        "test_field_cases_names",
        "folded_like_a_name",
        Edit(CODE, "[{{ characters.invisible }}]+", "(?!)"),
    ),
    integration_mutant(
        "code: width",
        "test_field_cases_names",
        "folded_like_a_name",
        Edit(CODE, "    folded := normalize(folded, nfkc);\n"),
    ),
    integration_mutant(
        "code: wrapped more than once",
        "test_field_cases_names",
        "folded_like_a_name",
        Edit(CODE, "        folded := unwrapped;", "        folded := unwrapped; exit;"),
    ),
    integration_mutant(
        "code: scientific notation",
        "test_field_cases_names",
        "made_of_a_code",
        Edit(CODE, "        when bare ~ '^[+-]?[0-9]+([.][0-9]+)?e[+-][0-9]+$' or", "        when"),
    ),
    integration_mutant(
        "code: a placeholder with digits",
        "test_field_cases_names",
        "further_placeholders",
        Edit("macros/normalization/normalize_code.sql", "    {%- if plain_placeholders %}", "    {%- if false %}"),
    ),
    integration_mutant(
        "record: why it names nobody, in the batch",
        "test_field_cases_names",
        "mapping_with_such_an_alias",
        Edit(
            "macros/resolution/record_matches.sql",
            "                    matches.raw_plan_code, matches",
            "                    null, matches",
        ),
    ),
    integration_mutant(
        "record: why it names nobody, online",
        "test_field_cases_names",
        "mapping_with_such_an_alias",
        Edit(
            "python/company_enrichment/resolver/service.py", "        self._say_why_nobody(records, matches, results)\n"
        ),
    ),
    integration_mutant(
        "name rules: those of codes wait, too",
        "test_rekeying_of_older_rules",
        "joined_wrongly",
        Edit(
            OBJECTS,
            "{%- if is_missing or not plan.keeps_name_key -%}",
            "{%- if is_missing or not plan.keeps_name_key or name == 'normalize_code' -%}",
        ),
    ),
    integration_mutant(
        "core: never empty",
        "test_company_name_core",
        "in_brackets_is_its_own_core",
        Edit(CORE, "    if words <> '' then", "    if true then"),
    ),
    integration_mutant(
        "core: what is nothing but a legal form keeps it",
        "test_company_name_core",
        "nothing_but_a_part",
        Edit(CORE, "    elsif found_form not in ('', words) then", "    elsif found_form <> '' then"),
    ),
    integration_mutant(
        "name rules: kept while keys are stored",
        "test_name_rules_deployment",
        "not_deployed_over_stored_keys",
        Edit(
            "macros/migrations/deployment_plan.sql",
            "    and company_enrichment.has_stored_name_keys()\n",
            "    and false\n",
        ),
    ),
    integration_mutant(
        "name rules: not over stored keys",
        "test_name_rules_deployment",
        "not_deployed_over_stored_keys",
        Edit(OBJECTS, "{%- if is_missing or not plan.keeps_name_key -%}", "{%- if true -%}"),
    ),
    integration_mutant(
        "name rules: indexes over the key",
        "test_name_rules_deployment",
        "indexes_over_the_key",
        Edit(OBJECTS, "{%- do company_enrichment._rebuild_name_indexes() -%}"),
    ),
    integration_mutant(
        "name rules: a changed character type",
        "test_name_rules_deployment",
        "changed_character_type",
        Edit(DEPLOY, "    {%- do company_enrichment._warn_of_changed_characters(deployed) -%}\n"),
    ),
]
