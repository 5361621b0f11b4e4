"""Lists of mappings, the load that counts again, codes without zeros, and the files of domains."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

LISTS = "tests/python/acceptance/test_mapping_lists.py"
ZEROS = "tests/python/acceptance/test_lost_zeros.py"
DRAFTS = "tests/python/acceptance/test_domain_drafts.py"
PACKAGE = "python/company_enrichment"
DOMAINS = f"{PACKAGE}/ingestion/domains"
COUNTING = "macros/mapping/line_that_counts_again.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "undone loads: the load that counts again is named, not the undo",
        "test_undone_loads",
        "in_force_after",
        Edit(
            "macros/mapping/aliases_in_force.sql",
            "    coalesce(counting.load_id, named.load_id) as load_id,\n",
            "    named.load_id,\n",
        ),
    ),
    integration_mutant(
        "undone loads: it is the load that the claim is of",
        "test_undone_loads",
        "in_force_after",
        Edit(COUNTING, "    and said.load_number = {{ claim }}.claim_number\n", ""),
    ),
    integration_mutant(
        "undone loads: of its lines the first that says something counts",
        "test_undone_loads",
        "in_force_after",
        Edit(
            COUNTING,
            "order by said.claim is null, coalesce(said.rule, 'append') <> 'append', said.line_no\n",
            "order by said.line_no desc\n",
        ),
    ),
    integration_mutant(
        "undone loads: an open row of the history names what the alias names",
        "test_undone_loads",
        "counts_again",
        Edit(
            "macros/mapping/alias_history_changes.sql",
            "                alias.retired_at is null\n                and (alias.source",
            "                false\n                and (alias.source",
        ),
    ),
    integration_mutant(
        "undone loads: what an older version has named is derived anew",
        "test_undone_loads",
        "put_right",
        Edit(
            "macros/mapping/undo/repair_undone_loads.sql",
            "as change\nset changed_in = pg_current_xact_id()\nfrom misnamed_aliases",
            "as change\nset changed_in = change.changed_in\nfrom misnamed_aliases",
        ),
    ),
    Mutant(
        "lists: a retired alias is none",
        ZEROS,
        "retired_shows_nothing",
        (
            Edit(
                "python/company_enrichment/ingestion/lost_zeros.py",
                "{schema}.company_mapping where retired_at is null)",
                "{schema}.company_mapping)",
            ),
        ),
    ),
    Mutant(
        "lists: JSON escapes what would move the cursor",
        LISTS,
        "moves_the_cursor",
        (
            Edit(
                f"{PACKAGE}/cli/output.py",
                '_UNSAFE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text) + "\\n"',
                'text + "\\n"',
            ),
        ),
    ),
    Mutant(
        "lists: an unknown load is refused",
        LISTS,
        "rejected_rows",
        (Edit(f"{PACKAGE}/mappings/listing.py", "if load is not None and not is_load(", "if False and not is_load("),),
    ),
    Mutant(
        "lists: the last load that stands is none that was undone",
        LISTS,
        "without_its_id",
        (
            Edit(
                f"{PACKAGE}/mappings/loads.py",
                "    and not load.load_id = any(%(undone)s::text[])\n",
                "    and %(undone)s is not null\n",
            ),
        ),
    ),
    Mutant(
        "lists: the last load is that of the source",
        LISTS,
        "without_its_id",
        (
            Edit(
                f"{PACKAGE}/mappings/loads.py",
                "    return last_load_that_stands(database, source)\n",
                "    return last_load_that_stands(database)\n",
            ),
        ),
    ),
    Mutant(
        "lost zeros: where codes have any width, a short one is right",
        ZEROS,
        "any_width",
        (
            Edit(
                "python/company_enrichment/ingestion/lost_zeros.py",
                "(usual.is_usual and length(short.key) < usual.width)",
                "length(short.key) < usual.width",
            ),
        ),
    ),
    Mutant(
        "lost zeros: they are looked for before dbt makes aliases of them",
        ZEROS,
        "both_kinds",
        (
            Edit(
                "python/company_enrichment/ingestion/lost_zeros.py",
                "    select given.match_type, given.key, true from given where given.key ~ '^0'\n",
                "    select given.match_type, given.key, true from given where false\n",
            ),
        ),
    ),
    Mutant(
        "lost zeros: a code that is known as it is has lost none",
        ZEROS,
        "would_be_known",
        (
            Edit(
                "python/company_enrichment/ingestion/lost_zeros.py",
                "        if match.match_type is None:\n            yield code",
                "        if True:\n            yield code",
            ),
        ),
    ),
    unit_mutant(
        "domains: the names of alternatives are no keys",
        "test_domain_faults",
        "named_by_key_and_line",
        Edit(
            f"{DOMAINS}/faults.py",
            "        elif keeps_last and number == len(loc) - 1:\n",
            "        else:\n",
        ),
    ),
    unit_mutant(
        "domains: the page has the keys of parts",
        "test_domain_faults",
        "page",
        Edit(
            f"{DOMAINS}/reference.py",
            '            yield from keys_of(part, f"{path}{place}.")\n',
            "            continue\n",
        ),
    ),
    Mutant(
        "domains: a draft overwrites nothing",
        DRAFTS,
        "takes_the_workbook_in",
        (Edit("python/company_enrichment/cli/domains.py", "    if out.exists():\n", "    if False:\n"),),
    ),
    Mutant(
        "domains: a pattern takes brackets of a name literally",
        DRAFTS,
        "the_pattern_is",
        (
            Edit(
                f"{DOMAINS}/draft.py",
                'glob.escape(part.strip(" _-."))',
                'part.strip(" _-.")',
            ),
        ),
    ),
    Mutant(
        "domains: numbers are no header",
        DRAFTS,
        "is_no_header",
        (Edit(f"{DOMAINS}/header_guess.py", " - 3 * numbers - 3 * named\n", "\n"),),
    ),
]
