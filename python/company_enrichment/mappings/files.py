"""Reads files of mappings, text or workbook, row by row, with the line each row begins in.

A row that cannot be read as it should be becomes a record whose ``problem`` says why: it is landed, and rejected by its
line. A file that cannot be read at all, or lacks a column, is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from company_enrichment.column_names import MAPPING_COLUMNS, MAPPING_NAMES, RECORD_COLUMNS, folded_column
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.files.table_files import TEXT_ENDINGS, WORKBOOK_ENDINGS, Table, TableFile
from company_enrichment.records import CompanyMappingRecord


@dataclass(frozen=True, kw_only=True)
class MappingFile:
    """A file of mappings, and how it is to be read.

    match_type is the type of every row, for files without that column. encoding, sheet and reading are as in
    TableFile.

    Raises ConfigurationError when these do not go together, or when the file is of no kind that can be read.
    """

    path: Path
    match_type: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    reading: WorkbookReading = field(default_factory=WorkbookReading)

    def __post_init__(self) -> None:
        endings = (*TEXT_ENDINGS, *WORKBOOK_ENDINGS)
        if self.path.suffix.lower() not in endings:
            named = f"{', '.join(endings[:-1])} or {endings[-1]}"
            raise ConfigurationError(f"{self.path}: a file of mappings is a {named} file.")
        self._file()

    def content_hash(self, mode: str) -> str:
        """Return a hash of everything that decides what a load of this file in this mode consists of."""
        reading = json.dumps([mode, self.match_type, self.encoding, self.sheet], ensure_ascii=True)
        content = hashlib.sha256(reading.encode())
        try:
            with self.path.open("rb") as file:
                while block := file.read(1024 * 1024):
                    content.update(block)
        except OSError as error:
            raise InputFileError(f"{self.path}: {error.strerror}") from error
        return content.hexdigest()

    def records(self, on_note: Callable[[str], None] | None = None) -> Iterator[CompanyMappingRecord]:
        """Yield the rows below the header; wholly blank ones are passed over.

        The header is the first row that is not blank. Its names are those of a mapping in any case and
        width, alias_name, canonical_id, the Chinese ones and the like included; other columns are ignored.

        Args:
            on_note: called, before the first row, with what the caller should know of how the file is read.

        Raises InputFileError that names the file and what is wrong: a column that is missing or there twice, a line
        that is no CSV.

        """
        table = self._file().opened()
        if on_note is not None:
            for note in table.notes:
                on_note(note)
        self._refuse_header(table)
        places = tuple(table.places.values())
        for row in table.rows:
            values = {
                column: (row.cells[place] or None) if place < len(row.cells) else None
                for column, place in table.places.items()
            }
            yield CompanyMappingRecord(
                match_type=self.match_type or values.get("match_type"),
                alias=values["alias"],
                company_id=values["company_id"],
                line_no=row.line,
                problem=row.fault(places),
            )

    def _file(self) -> TableFile:
        return TableFile(
            path=self.path, known=MAPPING_NAMES, encoding=self.encoding, sheet=self.sheet, reading=self.reading
        )

    def _refuse_header(self, table: Table) -> None:
        """Raise InputFileError when a part of a mapping is missing, or is said twice."""
        if self.match_type is not None and "match_type" in table.places:
            raise table.error("the file has a match type of its own in each row; leave the argument out")
        wanted = [column for column in MAPPING_COLUMNS if column != "match_type" or self.match_type is None]
        if "alias" not in table.places:
            # What people call a column of names or codes says of which type it is, too.
            for name in table.header:
                column = RECORD_COLUMNS.get(folded_column(name))
                if column is not None:
                    raise table.error(
                        f"column {', '.join(column for column in wanted if column not in table.places)} is missing; if"
                        f" {name} has the aliases, rename it alias, and say of which type they are: --match-type, or a"
                        " column match_type"
                    )
        table.refuse_missing(wanted)
