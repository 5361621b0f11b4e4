"""Guards of what tells two names apart, and of which differences forbid an answer."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

DIFFERENCES = "macros/normalization/company_name_differences.sql"
PLACES = "macros/normalization/place_patterns.sql"
ORDINALS = "macros/normalization/ordinal_patterns.sql"
LEVELS = "macros/normalization/compare_levels.sql"
NUMBERS = "macros/normalization/compare_numbers.sql"
DIGITS = "macros/normalization/company_name_digits.sql"
LATIN = "macros/normalization/latin_numbers.sql"
FORBIDDING = "macros/normalization/forbidding_differences.sql"
VETO = "macros/schema/veto_of_answers.sql"
HAS_READ = "macros/tables/has_read.sql"
CONFLICTS = "models/lookups/lookup_answer_conflicts.sql"
STATEMENTS = "python/company_enrichment/lookups/statements.py"
EQC = "python/company_enrichment/lookups/providers/eqc.py"
TESTS = "test_field_cases_differences"


def _kinds(name: str, *edits: Edit) -> Mutant:
    return integration_mutant(f"differences: {name}", TESTS, "differ_in_kinds", *edits)


def _value(name: str, *edits: Edit) -> Mutant:
    return integration_mutant(f"differences: {name}", TESTS, "differ_in_kinds or values_do", *edits)


MUTANTS: list[Mutant] = [
    # ---- each kind
    *(
        _kinds(f"names differ in {kind}", Edit(DIFFERENCES, f"then '{kind}'", "then null"))
        for kind in (
            *("legal_form", "region", "region_missing", "region_level", "branch", "bracket", "number", "group"),
            "addition",
        )
    ),
    _kinds("names differ in substitution", Edit(DIFFERENCES, "else 'substitution'", "else null")),
    # ---- regions and their levels
    _kinds(
        "a region that holds the other one is no other region",
        Edit(
            DIFFERENCES,
            "case when strpos(one_region, other_region) = 0 and strpos(other_region, one_region) = 0 then",
            "case when one_region <> other_region then",
        ),
    ),
    _kinds("a place needs no list", Edit(DIFFERENCES, "from {{ place.places }}), {{", "from '^(?!)'), {{")),
    _kinds("a supermarket is no place", Edit(PLACES, "(?![{{ no_city }}])[{{ cjk }}]市", "[{{ cjk }}]市")),
    _kinds("a city of walls is a place", Edit(PLACES, "(?![大新小中老古名])[{{ cjk }}][城都门]市\n")),
    _kinds("a word is no place of one character", Edit(PLACES, "(?![省市县{{ no_city }}{{ no_district }}])")),
    _kinds("a place of one character", Edit(PLACES, "(?:^|(?<=[省市县区州盟旗]))", "(?!)")),
    _kinds(
        "a place is named without its level, too",
        Edit(DIFFERENCES, "if {{ side }}_places is null and {{ opposite }}_places is not null then", "if false then"),
    ),
    _kinds("peoples are no part of a place", Edit(DIFFERENCES, "strpos({{ side }}_text, '自治') > 0", "false")),
    _kinds("an autonomous prefecture is a prefecture", Edit(LEVELS, "'^自治(?=[州县旗])'", "'^(?!)'")),
    _kinds("a new district is another one", Edit(PLACES, "(?![{{ cjk }}][新地]区)")),
    _kinds(
        "what tells the levels apart is no substitution",
        Edit(DIFFERENCES, "    if is_other_level then\n", "    if false then\n"),
    ),
    # ---- numbers
    _kinds(
        "what tells the numbers apart is no substitution",
        Edit(DIFFERENCES, "    if is_other_number then\n", "    if false then\n"),
    ),
    _kinds(
        "numbers at one place: before",
        Edit(NUMBERS, "(around.one_before = around.other_before and around.one_before <> '')", "false"),
    ),
    _kinds(
        "numbers at one place: behind",
        Edit(NUMBERS, "or (around.one_behind = around.other_behind and around.one_behind <> '')"),
    ),
    _kinds(
        "numbers at other places are no other numbers",
        Edit(NUMBERS, "(around.one_before = around.other_before and around.one_before <> '')", "true"),
    ),
    _kinds(
        "a number that both have contradicts none",
        Edit(NUMBERS, "as is_same\n", "and false as is_same\n"),
    ),
    _kinds("letters count", Edit(ORDINALS, "(?<![a-z])[a-z](?=[0-9]*[{{ cjk }}])\n")),
    _kinds("stems count", Edit(ORDINALS, "\n[甲乙丙丁戊己庚辛壬癸](?=[座栋幢楼号区组段级班厂矿])")),
    _kinds(
        "numbers of branches by their value",
        Edit(DIFFERENCES, "{{ schema }}.company_name_digits(one_parts.branch)", "one_parts.branch"),
    ),
    _kinds(
        "numbers of brackets by their value",
        Edit(DIFFERENCES, "{{ schema }}.company_name_digits(one_parts.bracket)", "one_parts.bracket"),
    ),
    _kinds(
        "Roman numerals as one character",
        Edit(DIFFERENCES, "'ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅰⅱⅲⅳⅴⅵⅶⅷⅸⅩⅺⅻ', '123456789123456789ⅹⅪⅫ'", "'', ''"),
    ),
    _value("numbers in capitals", Edit(DIGITS, "壹贰貳叁", "々々々々")),
    _value("tens and hundreds", Edit(DIGITS, "coalesce(nullif(number, 0), 1) * unit", "coalesce(number, 0) * unit")),
    _value("leading zeros", Edit(DIGITS, "'(?<![0-9])0+(?=[0-9])'", "'(?!)'")),
    _kinds("two hundred", Edit(DIGITS, "rest := regexp_replace(rest, '两(?=[百千万亿])', '二', 'g');", "null;")),
    _kinds(
        "ten thousands",
        Edit(DIGITS, "total := total + coalesce(nullif(section + coalesce(number, 0), 0), 1) * unit", "total := unit"),
    ),
    _kinds(
        "hundred millions",
        Edit(DIGITS, "total := coalesce(nullif(total + section + coalesce(number, 0), 0), 1) * unit", "total := unit"),
    ),
    _kinds(
        "Roman numerals behind Latin",
        Edit(LATIN, "|(?<=[^{{ latin }}])(?![ivx](?![{{ latin }}]))(?:{{ numerals }})(?![{{ latin }}])"),
    ),
    _kinds("a letter alone is no numeral", Edit(LATIN, "(?![ivx](?![{{ latin }}]))")),
    _kinds("a first word is no numeral", Edit(LATIN, "(?<=[^{{ latin }}])(?!", "(?<![{{ latin }}])(?!")),
    _kinds("English number words", Edit(LATIN, "(?<![{{ latin }}])(?:{{ words | join('|') }})(?![{{ latin }}])|")),
    _kinds("English ordinals", Edit(LATIN, "(?<=[0-9])(?:st|nd|rd|th)(?![a-z])", "(?!)")),
    # ---- groups and the rest
    _kinds("a group in brackets is a group", Edit(DIFFERENCES, ", '(集团)', '集团')", ", '(集团)', '(集团)')")),
    _kinds(
        "a group behind a legal form is no branch",
        Edit(DIFFERENCES, "'公司(集团)', '公司'", "'公司(集团)', '公司(集团)'"),
    ),
    _kinds(
        "what tells a group is no addition",
        Edit(DIFFERENCES, "    if one_is_group <> other_is_group then\n", "    if false then\n"),
    ),
    _kinds("a group is a word in Latin names", Edit(DIFFERENCES, "(?<![a-z])group(?![a-z])", "group")),
    # ---- which of them forbid
    *(
        integration_mutant(
            f"acceptance: {kind} forbids every answer", TESTS, "some_forbid", Edit(FORBIDDING, f"'{kind}'", "'none'")
        )
        for kind in ("region", "region_level", "branch", "bracket", "number")
    ),
    *(
        integration_mutant(
            f"acceptance: {basis} is more than likeness", TESTS, "some_forbid", Edit(FORBIDDING, f"'{basis}'", "'none'")
        )
        for basis in ("exact", "former_name", "other_name")
    ),
    integration_mutant(
        "acceptance: likeness forbids every difference",
        TESTS,
        "some_forbid",
        Edit(FORBIDDING, "    else differences\n", "    else '{}'\n"),
    ),
    integration_mutant(
        "acceptance: without a basis it is likeness",
        TESTS,
        "does_not_say",
        Edit(VETO, "coalesce(new.match_basis, 'similar')", "coalesce(new.match_basis, 'exact')"),
    ),
    integration_mutant(
        "acceptance: what did not forbid is kept",
        TESTS,
        "holds_the_name",
        Edit(VETO, "if cardinality(tolerated) > 0 then", "if false then"),
    ),
    integration_mutant(
        "acceptance: a changed answer is looked at again",
        TESTS,
        "changed_is_looked_at",
        Edit(VETO, " or update of outcome, asked_name, company_id, company_name, match_basis"),
    ),
    integration_mutant(
        "acceptance: a basis is one of four",
        TESTS,
        "does_not_say",
        Edit(
            "macros/schema/lookup_answers.sql",
            " check (match_basis in ('exact', 'former_name', 'other_name', 'similar'))",
        ),
    ),
    integration_mutant(
        "acceptance: the worker says the basis",
        TESTS,
        "has_not_read",
        Edit(STATEMENTS, "judged.confidence, judged.match_basis,", "judged.confidence, null,"),
    ),
    integration_mutant(
        "acceptance: the resolver says the basis",
        TESTS,
        "holds_the_name",
        Edit(STATEMENTS, "%(confidence)s, %(match_basis)s,", "%(confidence)s, nullif(%(match_basis)s, 'exact'),"),
    ),
    integration_mutant(
        "acceptance: what was not found has no basis",
        TESTS,
        "changed_is_looked_at",
        Edit(
            "python/company_enrichment/lookups/statement_values.py",
            'answer.match_basis if answer.outcome == "found" else None',
            "answer.match_basis",
        ),
    ),
    integration_mutant(
        "acceptance: EQC's full name is exact",
        "test_eqc_provider",
        "rests_on",
        Edit(EQC, "    if kind == _EXACT:\n", "    if False:\n"),
    ),
    integration_mutant(
        "acceptance: EQC's former name",
        "test_eqc_provider",
        "rests_on",
        Edit(EQC, "kind is not None and _FORMER_NAME in kind", "False"),
    ),
    integration_mutant(
        "acceptance: EQC's details change no basis",
        "test_eqc_provider",
        "rests_on",
        Edit(EQC, "            match_basis=answer.match_basis,\n"),
    ),
    integration_mutant(
        "acceptance: a perfect score without a match is likeness",
        "test_reconciliation_provider",
        "perfect_score",
        Edit(
            "python/company_enrichment/lookups/providers/reconciliation.py",
            "if is_match and score == 1",
            "if score == 1",
        ),
    ),
    integration_mutant(
        "acceptance: a match without a perfect score is likeness",
        "test_reconciliation_provider",
        "perfect_score",
        Edit(
            "python/company_enrichment/lookups/providers/reconciliation.py", "if is_match and score == 1", "if is_match"
        ),
    ),
    integration_mutant(
        "acceptance: a core is likeness",
        "test_answer_acceptance",
        "only_company_of_a_core",
        Edit(
            "python/company_enrichment/lookups/providers/registry.py",
            'CORE_CONFIDENCE, match_basis="similar"',
            'CORE_CONFIDENCE, match_basis="exact"',
        ),
    ),
    # ---- conflicts
    integration_mutant(
        "conflicts: what the cache has not read has not lost",
        TESTS,
        "has_not_read",
        Edit(CONFLICTS, "    and {{ company_enrichment.has_read('company_lookup_cache', 'answer') | indent(4) }}\n"),
    ),
    integration_mutant(
        "conflicts: another system's transactions say nothing",
        TESTS,
        "restored",
        Edit(HAS_READ, "on noted.system_identifier = system.system_identifier", "on true"),
    ),
    integration_mutant(
        "conflicts: nor do those that are still to come",
        TESTS,
        "restored",
        Edit(HAS_READ, " and noted.watermark <= pg_snapshot_xmin(pg_current_snapshot())"),
    ),
    integration_mutant(
        "conflicts: an answer that a correction has replaced has not won",
        "test_company_id_corrections",
        "found_wrong",
        Edit(CONFLICTS, " and winner.correction_id is null"),
    ),
]
