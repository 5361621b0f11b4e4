"""Guards of the name key and the looser key."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

NAME_KEY = "macros/normalization/normalize_company_name.sql"
REMARKS = "macros/normalization/company_name_without_remarks.sql"
IN_FULL = "macros/normalization/company_name_key_in_full.sql"
FOLDED = "macros/normalization/folded_text.sql"
CORE = "macros/normalization/company_name_core.sql"
DEPLOY = "macros/migrations/deploy_schema.sql"
OBJECTS = "macros/migrations/deploy_objects.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "name key: endings with a rule, plain names",
        "test_name_key_properties",
        "nearly_plain or nothing_but_a_marker",
        Edit(NAME_KEY, "        and right(name, 1) <> all ({{ last_letters }})\n"),
    ),
    integration_mutant(
        "name key: endings with a rule, names with blanks",
        "test_name_key",
        "names_nobody",
        Edit(NAME_KEY, "        and right(rtrim(name), 1) <> all ({{ last_letters }})\n"),
        Edit(NAME_KEY, "        and right(rtrim(name, '.'), 1) <> all ({{ last_letters }})\n"),
    ),
    integration_mutant(
        "name key: brackets in pairs",
        "test_name_key_properties",
        "nearly_plain",
        Edit(NAME_KEY, "][' ~ letter ~ ' ]*(?:[(（][' ~ letter ~ ' ]*[)）]['", "][()（）' ~ letter ~ ' ]*(?:['"),
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
        Edit(FOLDED, '"lower(upper(" ~ compatible ~ "))"', '"lower(" ~ compatible ~ ")"'),
    ),
    integration_mutant(
        "name key: greatest length",
        "test_name_key",
        "fits_into_an_index",
        Edit(
            REMARKS,
            "    if char_length(folded) > {{ company_enrichment.checked_var('name_maximum_length') }} then\n",
            "    if false then\n",
        ),
    ),
    integration_mutant(
        "name key: placeholder behind a marker",
        "test_name_key",
        "names_nobody",
        Edit(REMARKS, "    if is_placeholder or btrim(", "    if is_placeholder and btrim("),
    ),
    integration_mutant(
        "name key: protected names",
        "test_name_rules_deployment",
        "any_width_case",
        Edit(
            REMARKS,
            "        if replace(without_markers, ' ', '') = {{ any_protected_name }} then",
            "        if false then",
        ),
        Edit(REMARKS, "    if replace(folded, ' ', '') = {{ any_protected_name }} then", "    if false then"),
    ),
    integration_mutant(
        "name key: only a marker may leave nothing",
        "test_name_key",
        "account_word_or_code_alone",
        Edit(REMARKS, "    is_empty := without_remarks !~ '[[:alnum:]]';", "    is_empty := false;"),
    ),
    integration_mutant(
        "name key: a bracket that opens begins a part of the name",
        "test_name_key",
        "holds_a_part_of_the_name",
        Edit(REMARKS, "']+[' ~ delimiters.separator ~ ')]+') }}", "']+[' ~ delimiters.separator ~ '()]+') }}"),
    ),
    integration_mutant(
        "name key: characters that became neighbours",
        "test_name_key",
        "spelling_and_remarks",
        Edit(
            IN_FULL,
            "        key := normalize(key, nfkc);",
            "        key := key;",
        ),
    ),
    integration_mutant(
        "name key: a lone marker names nobody",
        "test_name_key",
        "names_nobody",
        Edit(
            IN_FULL,
            "    if key = any ({{ company_enrichment.quoted_array(names_of_nobody | unique) }}) then",
            "    if false then",
        ),
    ),
    integration_mutant(
        "name key: session settings, search_path",
        "test_name_key_properties",
        "does_not_depend_on_the_session",
        Edit(REMARKS, "set search_path = pg_catalog, pg_temp\n"),
        Edit(IN_FULL, "set search_path = pg_catalog, pg_temp\n"),
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
        Edit(OBJECTS, "{%- do company_enrichment.rebuild_name_indexes() -%}"),
    ),
    integration_mutant(
        "name rules: a changed character type",
        "test_name_rules_deployment",
        "changed_character_type",
        Edit(DEPLOY, "    {%- do company_enrichment.warn_of_changed_characters(deployed) -%}\n"),
    ),
]
