"""Guards of the readers of files and tables: encodings, columns, match types, numbers and missing values."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

LOAD_MAPPINGS = "python/company_enrichment/cli/load_mappings.py"
RESOLVE = "python/company_enrichment/cli/resolve.py"
TEXT_FILES = "python/company_enrichment/files/text_files.py"
RESOLVE_FILE = "python/company_enrichment/resolver/resolve_file.py"
COLUMN_NAMES = "python/company_enrichment/column_names.py"
MAPPING_FILES = "python/company_enrichment/mappings/files.py"
MAPPING_ROWS = "python/company_enrichment/mappings/rows.py"
MAPPING_LANDING = "python/company_enrichment/mappings/landing.py"
CELLS = "python/company_enrichment/files/cells.py"
TABLE_FILES = "python/company_enrichment/files/table_files.py"
SPREADSHEET_CSV = "python/company_enrichment/files/spreadsheet_csv.py"
WORKBOOKS = "python/company_enrichment/ingestion/workbooks.py"
MISSING = "python/company_enrichment/missing_values.py"
RECORD_INPUT = "python/company_enrichment/resolver/record_input.py"
MATCH_TYPE = "macros/mapping/normalize_match_type.sql"
LANDED_ROWS = "macros/mapping/decisions/landed_rows.sql"


def _file(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return integration_mutant(f"readers: {name}", "test_field_cases_files", must_fail, *edits)


def _text(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"readers: {name}", "test_text_files", must_fail, *edits)


def _table(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"readers: {name}", "test_table_files", must_fail, *edits)


def _mapping(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"readers: {name}", "test_mapping_files", must_fail, *edits)


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
    _file("what was read is said", "says_what", Edit(RESOLVE_FILE, "(*table.notes, *_notes", "(*(), *_notes")),
    _file(
        "every row rejected is a failure",
        "says_what",
        Edit(RESOLVE, 'if set(counts) == {"rejected"}:', "if False:"),
    ),
    _file(
        "what was read of mappings is said",
        "mappings_are_planned",
        Edit(
            LOAD_MAPPINGS,
            "mappings.records(on_note=lambda note: progress.say(printable(note)))",
            "mappings.records()",
        ),
    ),
    # ---- columns
    _file(
        "two columns of one name", "two_columns", Edit(COLUMN_NAMES, "if meaning and meaning in places:", "if False:")
    ),
    _file(
        "two columns of a name nobody knows",
        "two_columns",
        Edit(COLUMN_NAMES, "known.get(folded, folded)", 'known.get(folded, "")'),
    ),
    _file("columns without a name", "without_a_name", Edit(COLUMN_NAMES, "if meaning and meaning", "if meaning")),
    _file("the case of a column", "any_case", Edit(COLUMN_NAMES, ".casefold()")),
    _file("the width of a column", "any_case", Edit(COLUMN_NAMES, 'in unicodedata.normalize("NFKC", text)', "in text")),
    _file(
        "a column that looks like one",
        "looks_like",
        Edit(COLUMN_NAMES, "            if near:\n", "            if False:\n"),
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
        Edit(MAPPING_FILES, "problem=row.fault(places)", "problem=row.problem"),
    ),
    _file(
        "numbers of a record",
        "rejected_record",
        Edit(CELLS, "    return number_fault(cell)\n", "    return None\n"),
    ),
    _file(
        "negative numbers",
        "rejected_record",
        Edit(CELLS, "abs(value) > _LONGEST_NUMBER", "value > _LONGEST_NUMBER"),
    ),
    _file(
        "15 digits are kept",
        "mapping_workbook or rejected_record",
        Edit(CELLS, "abs(value) > _LONGEST_NUMBER", "abs(value) >= _LONGEST_NUMBER"),
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
            'raise CustomerRecordError(f"Column {name} is of type {type_name}; give text.")',
            "return str(value)",
        ),
    ),
    # ---- one reader of tables
    _text(
        "traditional names",
        "traditional",
        Edit(
            TEXT_FILES,
            "        return True\n    return _FREQUENT",
            "        return True\n    return False and _FREQUENT",
        ),
    ),
    _text(
        "the line that tells the delimiter",
        "tells_the_delimiter",
        Edit(TEXT_FILES, "skipped_lines=0 if told is None else 1", "skipped_lines=0"),
    ),
    _text("the delimiter that is told", "tells_the_delimiter", Edit(TEXT_FILES, "usual, head = told[1],", "head =")),
    _text(
        "the lines of rows below it",
        "tells_the_delimiter",
        Edit(TEXT_FILES, "max(lines.number, self.skipped_lines) + 1", "lines.number + 1"),
    ),
    _text(
        "a mark in the middle",
        "in_the_middle",
        Edit(TEXT_FILES, "                return line[1:]\n", "                return line\n"),
    ),
    _text(
        "a mark within a cell",
        "in_the_middle",
        Edit(TEXT_FILES, "            self.is_before_row = False\n            if", "            if"),
    ),
    _text("what is no text", "no_text", Edit(TEXT_FILES, "if head.startswith(beginning):", "if False:")),
    _table("a title above the header", "title", Edit(TABLE_FILES, "        if not places:\n", "        if False:\n")),
    _table(
        "a word of a header",
        "word_of_a_header",
        Edit(TABLE_FILES, "if named and (title < len(cells) or len(named) == len(cells)):", "if named:"),
    ),
    _table(
        "a header that comes again",
        "comes_again",
        Edit(TABLE_FILES, "elif self._is_header(cells, places):", "elif False:"),
    ),
    _table("errors in cells", "what_was_entered", Edit(TABLE_FILES, "    if error is not None:\n", "    if False:\n")),
    _table(
        "only needed cells count",
        "what_was_entered",
        Edit(
            TABLE_FILES,
            "next((self.faults[place] for place in places if place in self.faults), None)",
            "next(iter(self.faults.values()), None)",
        ),
    ),
    _table(
        "only known columns are looked at",
        "what_was_entered",
        Edit(TABLE_FILES, "if folded_column(name) in self.known]", "]"),
        Edit(
            TABLE_FILES,
            "next((self.faults[place] for place in places if place in self.faults), None)",
            "next(iter(self.faults.values()), None)",
        ),
    ),
    _table(
        "hidden sheets are named",
        "which_are_hidden",
        Edit(TABLE_FILES, "    if not sheet.hidden_sheets:\n", "    if True:\n"),
    ),
    _table("a chosen sheet", "which_are_hidden", Edit(TABLE_FILES, "sheet=self.sheet, reading", "reading")),
    _table(
        "what we have written reads back",
        "reads_back",
        Edit(TABLE_FILES, "cells=[as_it_was(cell) for cell in cells]", "cells=cells"),
    ),
    _table("formulas are not written", "computes_nothing", Edit(SPREADSHEET_CSV, 'return f"\'{cell}"', "return cell")),
    _table(
        "half a character of a name",
        "half_a",
        Edit(SPREADSHEET_CSV, "readable_text(cell) if isinstance(cell, str) else cell", "cell"),
    ),
    _table("apostrophes", "unwrapped", Edit(SPREADSHEET_CSV, 'text[1:] if text.startswith("\'") else cell', "cell")),
    _table(
        "formulas that are texts", "unwrapped", Edit(SPREADSHEET_CSV, "    if quoted is not None:\n", "    if False:\n")
    ),
    _mapping(
        "delimiters that were added",
        "at_the_end_of_a_line",
        Edit(TABLE_FILES, "                        cells.pop()\n", "                        break\n"),
    ),
    _mapping(
        "delimiters that were left out",
        "at_the_end_of_a_line",
        Edit(TABLE_FILES, "if least <= len(cells) < width:", "if False:"),
    ),
    _mapping(
        "a missing column that is there under another name",
        "wrong_header",
        Edit(TABLE_FILES, 'raise InputFileError(f"{self.error(what)}{hints}")', "raise self.error(what)"),
    ),
    _mapping(
        "a column of names is no alias by itself",
        "wrong_header",
        Edit(MAPPING_FILES, "                if column is not None:\n", "                if False:\n"),
    ),
    _file(
        "ids are unwrapped",
        "unwrapped_by_every",
        Edit(MAPPING_ROWS, "            company_id = unwrapped(company_id)\n", "            pass\n"),
    ),
    _file(
        "a file without a row of use",
        "changes_nothing",
        Edit(LOAD_MAPPINGS, "        needs_usable_row=True,\n"),
    ),
    _file(
        "a complete load without a row of use",
        "retires_nothing",
        Edit(MAPPING_LANDING, ' or request.mode == "replace_source"'),
    ),
    _file(
        "loads of other modes keep their rejects", "retires_nothing", Edit(MAPPING_LANDING, "or not needs_one or", "or")
    ),
    _file(
        "the encoding as the next step",
        "changes_nothing",
        Edit(MAPPING_LANDING, 'if all("is not valid" in fault for _, fault in reasons)', "if False"),
    ),
    _file(
        "a workbook is no file to be written",
        "workbook_are_resolved",
        Edit(RESOLVE, "if out.suffix.lower() in WORKBOOK_ENDINGS:", "if False:"),
    ),
]
