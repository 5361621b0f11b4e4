"""Guards of the readers of files and tables: encodings, columns, match types, numbers and missing values."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

TEXT_FILES = "python/company_enrichment/text_files.py"
RESOLVE_FILE = "python/company_enrichment/resolve_file.py"
COLUMN_NAMES = "python/company_enrichment/column_names.py"
MAPPING_FILES = "python/company_enrichment/mapping_files.py"
MAPPING_ROWS = "python/company_enrichment/mapping_rows.py"
MAPPING_LANDING = "python/company_enrichment/mapping_landing.py"
WORKBOOKS = "python/company_enrichment/workbooks.py"
CELLS = "python/company_enrichment/ingestion/cells.py"
MISSING = "python/company_enrichment/missing_values.py"
RECORD_INPUT = "python/company_enrichment/record_input.py"
COMMANDS = "python/company_enrichment/command_line.py"
MATCH_TYPE = "macros/mapping/normalize_match_type.sql"
LANDED_ROWS = "macros/mapping/decisions/landed_rows.sql"


def _file(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return integration_mutant(f"readers: {name}", "test_field_cases_files", must_fail, *edits)


def _text(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"readers: {name}", "test_text_files", must_fail, *edits)


def _missing(name: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"readers: {name}", "test_missing_values", "missing", *edits)


MUTANTS: list[Mutant] = [
    # ---- encodings and delimiters
    _text(
        "a byte order mark is looked at",
        "found_out",
        Edit(TEXT_FILES, "    if marked is not None:\n        return marked\n"),
    ),
    _text(
        "UTF-32 before UTF-16, whose mark it begins with",
        "found_out",
        Edit(TEXT_FILES, '    (codecs.BOM_UTF32_LE, "UTF-32"),\n'),
    ),
    _text(
        "one damaged row makes no GB18030 of a file",
        "in_doubt",
        Edit(TEXT_FILES, "wrong > 10 * right and", "wrong and"),
    ),
    _text(
        "rare characters are no GB18030",
        "in_doubt",
        Edit(TEXT_FILES, "return usual * 4 >= beyond_ascii * 3", "return True"),
    ),
    _text("UTF-16 without its mark", "without_its_mark", Edit(TEXT_FILES, "if unmarked is not None:", "if False:")),
    _text("one NUL makes no UTF-16", "few_nul", Edit(TEXT_FILES, "if head.count(0) * 20 < len(head) or", "if")),
    _text(
        "a file is not read against its mark",
        "cannot_have",
        Edit(TEXT_FILES, 'if not codec.replace("_", "-").startswith(marked.lower()):', "if False:"),
    ),
    _text(
        "UTF-8 is not read as anything else",
        "cannot_have",
        Edit(TEXT_FILES, "and _is_utf8_beyond_doubt(path):", "and False:"),
    ),
    _text(
        "the line that cannot be decoded",
        "cannot_decode",
        Edit(TEXT_FILES, "except UnicodeError as error:", "except ZeroDivisionError as error:"),
    ),
    _text(
        "the delimiter of the known columns",
        "known_columns",
        Edit(TEXT_FILES, "if is_known(name))", ")"),
    ),
    _file("what was read is said", "says_what", Edit(RESOLVE_FILE, "(file.note(), *_notes", "(None, *_notes")),
    _file(
        "every row rejected is a failure", "says_what", Edit(COMMANDS, 'if set(counts) == {"rejected"}:', "if False:")
    ),
    _file(
        "what was read of mappings is said",
        "mappings_are_planned",
        Edit(COMMANDS, "    if note is not None:\n        progress.say(printable(note))\n"),
    ),
    # ---- columns
    _file(
        "two columns of one name", "two_columns", Edit(RESOLVE_FILE, "if meaning and meaning in meanings:", "if False:")
    ),
    _file(
        "two columns of a name nobody knows",
        "two_columns",
        Edit(RESOLVE_FILE, "_COLUMN_OF_HEADER.get(folded, folded)", '_COLUMN_OF_HEADER.get(folded, "")'),
    ),
    _file("columns without a name", "without_a_name", Edit(RESOLVE_FILE, "if meaning and meaning", "if meaning")),
    _file("the case of a column", "any_case", Edit(COLUMN_NAMES, ".casefold()")),
    _file(
        "the width of a column",
        "any_case",
        Edit(CELLS, 'for character in unicodedata.normalize("NFKC", text)', "for character in text"),
    ),
    _file(
        "a column that looks like one", "looks_like", Edit(RESOLVE_FILE, "        if near:\n", "        if False:\n")
    ),
    _file("columns of the result", "looks_like", Edit(RESOLVE_FILE, "if replaced and", "if False and")),
    # ---- match types
    _file(
        "match types where rows are decided",
        "any_door",
        Edit(LANDED_ROWS, "{{ target.schema }}.normalize_match_type(records.match_type)", "records.match_type"),
    ),
    _file(
        "match types of a strict load",
        "any_door",
        Edit(
            MAPPING_LANDING,
            "lateral {schema}.normalize_match_type(match_type) as meant",
            "lateral (select match_type) as m (meant)",
        ),
    ),
    _file(
        "the match type of the option",
        "any_door",
        Edit(MAPPING_LANDING, "{schema}.normalize_match_type(%s)", "%s"),
    ),
    _file(
        "a match type that is none stays",
        "match_type_is_folded",
        Edit(MATCH_TYPE, "        end,\n        match_type\n", "        end,\n        'name'\n"),
    ),
    _file(
        "invisible characters of a match type",
        "match_type_is_folded",
        Edit(MATCH_TYPE, "company_enrichment.invisible_characters()", "'[!]'"),
    ),
    # ---- numbers
    _file(
        "numbers of a mapping workbook",
        "mapping_workbook",
        Edit(MAPPING_FILES, " or self._cell_problem(line, cells, positions)"),
    ),
    _file(
        "numbers of a record",
        "rejected_record",
        Edit(WORKBOOKS, "    return number_fault(cell)\n", "    return None\n"),
    ),
    _file(
        "negative numbers",
        "rejected_record",
        Edit(WORKBOOKS, "abs(value) > _LONGEST_NUMBER", "value > _LONGEST_NUMBER"),
    ),
    _file(
        "15 digits are kept",
        "mapping_workbook or rejected_record",
        Edit(WORKBOOKS, "abs(value) > _LONGEST_NUMBER", "abs(value) >= _LONGEST_NUMBER"),
    ),
    _file(
        "floats of a job",
        "float_that",
        Edit(MAPPING_ROWS, "_rounded(record) if record.problem is None", "None if record.problem is None"),
    ),
    # ---- missing values
    _missing("NA", Edit(MISSING, 'return not type(value).__name__.startswith("bool")', "return False")),
    _missing("False is there", Edit(MISSING, 'return not type(value).__name__.startswith("bool")', "return True")),
    _missing(
        "a decimal that must not be compared", Edit(MISSING, "    if isinstance(value, Decimal):\n", "    if False:\n")
    ),
    _missing("nulls of pyarrow", Edit(MISSING, ' or getattr(value, "is_valid", None) is False')),
    _missing("arrays are there", Edit(MISSING, "is_answer and bool(differs)", "bool(differs)")),
    _missing("what cannot be compared", Edit(MISSING, "except Exception:", "except TypeError:")),
    _file(
        "missing values of CustomerKeys",
        "any_library",
        Edit(
            RECORD_INPUT,
            "_of_mapping(vars(record) if isinstance(record, CustomerKeys) else record, number)",
            "record if isinstance(record, CustomerKeys) else _of_mapping(record, number)",
        ),
    ),
    _file(
        "numbers of a table that are there",
        "nothing_but",
        Edit(
            RECORD_INPUT,
            "    raise _wrong_type(name, type_name)\n\n\ndef _wrong",
            "    return str(value)\n\n\ndef _wrong",
        ),
    ),
]
