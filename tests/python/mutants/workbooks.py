"""Guards of what reads workbooks: cells that are no values, merged ranges, limits, and the process that may die."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

FILES = "python/company_enrichment/files"
CELLS = f"{FILES}/cells.py"
KINDS = f"{FILES}/file_kinds.py"
PACKAGE = f"{FILES}/xlsx_package.py"
PROCESS = f"{FILES}/reader_process.py"
XLSX_CELLS = f"{FILES}/xlsx_cells.py"
ROWS = f"{FILES}/xlsx_rows.py"
TEXTS = f"{FILES}/shared_texts.py"
SHEETS = f"{FILES}/sheets.py"
XML = f"{FILES}/xml_parts.py"
INGEST = "python/company_enrichment/ingestion/load.py"
RECORDS = "python/company_enrichment/ingestion/workbooks.py"
TABLE_FILES = "python/company_enrichment/files/table_files.py"


def _sheet(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return unit_mutant(f"workbooks: {name}", "test_sheets", must_fail, *edits)


def _case(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return integration_mutant(f"workbooks: {name}", "test_field_cases_workbooks", must_fail, *edits)


MUTANTS: list[Mutant] = [
    # ---- errors
    _case(
        "a row with an error is rejected",
        "with_an_error",
        Edit(RECORDS, "        if error is not None:", "        if False:"),
    ),
    _case(
        "the text of an error is one",
        "with_an_error",
        Edit(CELLS, "if text in ERROR_TEXTS or _LIBREOFFICE_ERROR.fullmatch(text):", "if False:"),
    ),
    _case(
        "nothing is deleted where an id is unknown",
        "what_identifies",
        Edit(INGEST, "rows=None if unknown else [", "rows=["),
    ),
    _case(
        "an error makes no id",
        "what_identifies",
        Edit(RECORDS, "if not any(error_of(cells[header]) for header in key_kinds):", "if True:"),
    ),
    _case(
        "an error of a mapping",
        "mapping_workbook",
        Edit(TABLE_FILES, '    if error is not None:\n        return f"holds', '    if False:\n        return f"holds'),
    ),
    # ---- merged ranges
    _case(
        "merged cells are rejected", "where_the_domain_says_so", Edit(RECORDS, "and merged and not fill:", "and False:")
    ),
    _case(
        "a merged title is one column's",
        "do_no_harm",
        Edit(RECORDS, "row.merged[position].column == position", "True"),
    ),
    _case(
        "a merged header is not merged into the rows",
        "do_no_harm",
        Edit(CELLS, "position in self.merged and self.merged[position].row > below", "position in self.merged"),
    ),
    _sheet(
        "a note across the sheet is no value of each column",
        "below_a_merged_range",
        Edit(PROCESS, "(merged.first_row < number or merged in shared)", "True"),
    ),
    # ---- codes
    _case("scientific notation", "lost_its_digits", Edit(CELLS, "if is_code and is_scientific(cell):", "if False:")),
    _case(
        "how a number is shown changes no id",
        "changes_no_record_id",
        Edit(RECORDS, "cell.number if isinstance(cell, ShownNumber) else cell", "cell"),
    ),
    # ---- sheets
    _sheet(
        "a hidden sheet is not taken by itself",
        "first_visible",
        Edit(PROCESS, "found = visible[:1]", "found = sheets[:1]"),
    ),
    _sheet("names of sheets are folded", "first_visible", Edit(PROCESS, " or _folded(sheets, wanted)")),
    _sheet(
        "two sheets of one folded name",
        "told_from_another",
        Edit(PROCESS, "        if len(found) > 1:", "        if False:"),
    ),
    _case(
        "the sheet of mappings is said",
        "mapping_workbook",
        Edit(TABLE_FILES, "notes = [] if note is None else [note]", "notes: list[str] = []"),
    ),
    # ---- limits
    _sheet(
        "memory is limited",
        "without_measure",
        Edit(PROCESS, "        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n", "        pass\n"),
    ),
    _sheet("what unpacks without measure", "without_measure", Edit(PACKAGE, "or is_bomb:", "or False:")),
    _sheet(
        "a shared text without measure",
        "without_measure",
        Edit(TEXTS, "if self._length > LONGEST_TEXT:", "if False:"),
    ),
    _sheet(
        "no document type",
        "broken_sheet",
        Edit(XML, "        self._parser.StartDoctypeDeclHandler = _refuse_doctype\n"),
    ),
    _sheet(
        "a text that is not there",
        "broken_sheet",
        Edit(XLSX_CELLS, "            if index >= 0:\n", "            if True:\n"),
    ),
    _sheet("what the expressions do not know", "read_on_by_the_parser", Edit(ROWS, '    )|.""",', '    )""",')),
    # ---- the process
    _sheet("a reader that died", "that_dies", Edit(SHEETS, "        if code < 0:", "        if False:")),
    _sheet(
        "a reader that is silent",
        "is_silent",
        Edit(SHEETS, "poll(self._reading.silence_seconds * 1000)", "poll(60_000)"),
    ),
    _sheet("no reader is left", "ends_early", Edit(SHEETS, "        self._process.kill()\n", "        return\n")),
    _sheet("zeros are no text", "whatever_its_name", Edit(KINDS, '    if not head.strip(b"\\0"):', "    if False:")),
    _sheet(
        "another password",
        "protected_workbook",
        Edit(PROCESS, "    except InvalidKeyError:", "    except ZeroDivisionError:"),
    ),
]
