"""Takes a domain's files in as customer records: each file whole or not at all, and once."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from psycopg2 import extensions, sql

from company_enrichment.column_rules import with_column_rules
from company_enrichment.database import as_mapping, read_only_transaction, whole_transaction
from company_enrichment.domains import Domain
from company_enrichment.errors import InputFileError
from company_enrichment.ingest_statements import (
    ADD_MEMBERS,
    CODE_KEYS,
    COMPARE,
    DELETE_RECORDS,
    DIFFERS,
    FILES_IN_FORCE,
    FORGET_REJECTS,
    GONE,
    LOCK,
    NAMES_OF_NOBODY,
    RECORD_FILE,
    RECORD_REJECTS,
    REMOVE_MEMBERS,
    STORE,
    SUPERSEDE,
)
from company_enrichment.ingestion.derived_names import with_derived_names
from company_enrichment.ingestion.no_records import PassedOver
from company_enrichment.ingestion.record_identity import KEY_VERSION, KeyedRow, RecordIdentity, compared_values
from company_enrichment.ingestion.sheets import WorkbookReading
from company_enrichment.input_files import ChosenFile, InputFile, choose_files, find_files, read_bytes
from company_enrichment.records import KEYS
from company_enrichment.workbooks import NoRecord, RecordRow, read_records

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
_BLOCK = 10_000
_NO_PERIOD = ""


class FileOutcome(StrEnum):
    """What becomes of a file; in plan-only, what would."""

    LOADED = "loaded"
    """It was read, and its rows were taken in."""
    ALREADY_LOADED = "already loaded"
    """The same bytes are in force: it was not read again."""
    SUPERSEDED = "superseded"
    """There is, or was, a newer version of its month: it was not read."""
    FAILED = "failed"
    """Nothing of it was taken in; the report says why."""
    LEFT = "left"
    """As many files as were allowed had been read."""


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What came of one file; rows_read is the sum of the five that follow it, all 0 unless it was loaded."""

    file_name: str
    place: str
    """Its path below the base folder."""
    outcome: FileOutcome
    detail: str = ""
    """Why it was not loaded."""
    rows_read: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_rejected: int = 0
    rows_passed_over: int = 0
    rows_deleted: int = 0
    """Records of the month's file before it that it no longer has; no part of rows_read."""
    rejects: tuple[tuple[int, str], ...] = ()
    """Row of the sheet, counted from 1, and the reason."""
    passed_over: tuple[tuple[int, PassedOver], ...] = ()
    """Row of the sheet, and the rule by which it is no record."""
    notes: tuple[str, ...] = ()
    """What of it was read in another way than a plain sheet, such as hidden rows."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """How many of its records came by a company id in which way, where they were resolved."""


class _FileInForce(NamedTuple):
    content_hash: str
    file_name: str
    file_path: str | None
    period: str | None
    version: int | None


@dataclass
class _Planned:
    """What the files before have changed in plan-only, where the database does not know of it."""

    records: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    added: dict[str, set[str]] = field(default_factory=dict)
    removed: set[tuple[str, str]] = field(default_factory=set)
    loaded: list[_FileInForce] = field(default_factory=list)


def ingest(
    connection: extensions.connection,
    domain: Domain,
    base_dir: Path,
    *,
    schema: str,
    execute: bool,
    max_files: int | None = None,
    resolve: Callable[[Sequence[RecordRow]], Mapping[str, int]] | None = None,
    on_file: Callable[[FileReport], None] | None = None,
    reading: WorkbookReading | None = None,
) -> list[FileReport]:
    """Take in the domain's files below base_dir, each in one transaction, and say what came of every one.

    A file that cannot be read does not keep the others from being taken in: its report says so.

    Args:
        connection: an open connection, in no transaction.
        domain: the layout of the files.
        base_dir: the folder below which they are found.
        schema: the schema of the tables.
        execute: False only says what would be done, in READ ONLY transactions.
        max_files: at most so many files are read, by path; those already loaded or superseded do not count.
        resolve: called with the records of each file after it was loaded; says how many came by which status.
        on_file: called after each file.
        reading: how workbooks are read.

    Raises ConfigurationError when the folder is missing, DatabaseError when the database fails.

    """
    loader = _Loader(connection, domain, schema=schema, execute=execute, reading=reading)
    reports = []
    read = 0
    for chosen in choose_files(find_files(domain, base_dir)):
        report, rows = loader.load(chosen, may_read=max_files is None or read < max_files)
        read += report.outcome is FileOutcome.LOADED or (report.outcome is FileOutcome.FAILED and not chosen.problem)
        if resolve is not None and report.outcome is FileOutcome.LOADED:
            report = _with_statuses(report, resolve(rows))
        logger.info(
            "Took a file in" if execute else "Plan only: looked at a file",
            extra={
                "domain": domain.name,
                "outcome": report.outcome.value,
                "rows_read": report.rows_read,
                "rows_new": report.rows_new,
            },
        )
        reports.append(report)
        if on_file is not None:
            on_file(report)
    return reports


def files_that_failed(reports: Iterable[FileReport]) -> list[FileReport]:
    """Return the reports of the files that could not be taken in."""
    return [report for report in reports if report.outcome is FileOutcome.FAILED]


class _Loader:
    """Loads files one after another, or says what loading them would do."""

    def __init__(
        self,
        connection: extensions.connection,
        domain: Domain,
        *,
        schema: str,
        execute: bool,
        reading: WorkbookReading | None,
    ) -> None:
        self._reading = reading
        self._connection = connection
        self._domain = domain
        self._schema = schema
        self._execute = execute
        self._planned = _Planned()
        self._identity = RecordIdentity(self._run, domain.name, stores=execute)

    def load(self, chosen: ChosenFile, *, may_read: bool) -> tuple[FileReport, list[RecordRow]]:
        """Return what came of the file, and the records that it brought."""
        file = chosen.file
        if chosen.superseded_by is not None:
            return _report(file, FileOutcome.SUPERSEDED, f"by {chosen.superseded_by.described}"), []
        if chosen.problem is not None:
            return _report(file, FileOutcome.FAILED, chosen.problem), []
        try:
            content, content_hash = read_bytes(file)
            transaction = whole_transaction if self._execute else read_only_transaction
            with transaction(self._connection) as cursor:
                if self._execute:
                    self._run(cursor, LOCK, (self._domain.name,))
                not_read = self._why_not(file, content_hash, self._files_in_force(cursor))
                if not_read is None and not may_read:
                    not_read = _report(file, FileOutcome.LEFT, "as many files as --max-files allows were read")
                if not_read is not None:
                    return not_read, []
                notes: list[str] = []
                read = list(
                    read_records(
                        file.path,
                        content,
                        self._domain,
                        reading=self._reading,
                        on_note=notes.append,
                        with_earlier_ids=self._identity.has_earlier_ids(cursor),
                    )
                )
                passed_over = tuple((row.row_number, row.rule) for row in read if isinstance(row, NoRecord))
                rows = self._identified(cursor, file, [row for row in read if isinstance(row, RecordRow)])
                report = self._take_in(cursor, file, content_hash, rows, passed_over)
                return replace(report, notes=(*notes, *report.notes)), _accepted(rows)
        except InputFileError as error:
            return _report(file, FileOutcome.FAILED, str(error)), []

    def _identified(self, cursor: Any, file: InputFile, read: list[RecordRow]) -> list[RecordRow]:
        """Return the rows with the codes and names that the domain's rules give, and the records that they are."""
        rows = with_column_rules(read, self._domain, lambda codes: self._keys_of_codes(cursor, codes))
        # Which record a row is whose key holds an error, nobody can know.
        keyed = [
            KeyedRow(
                row_number=row.row_number,
                key_id=row.record_id,
                earlier_id=row.earlier_id,
                values=(compared_values(vars(row)), row.compared),
            )
            for row in rows
            if not _is_unknown(row)
        ]
        ids = self._identity.record_ids(cursor, file.period or _NO_PERIOD, keyed)
        rows = [replace(row, record_id=ids[row.record_id]) if row.record_id in ids else row for row in rows]
        return with_derived_names(rows, self._domain.derived_name, lambda names: self._without_key(cursor, names))

    def _without_key(self, cursor: Any, names: Collection[str]) -> set[str]:
        self._run(cursor, NAMES_OF_NOBODY, (list(names),))
        return {as_mapping(row, ("name",))["name"] for row in cursor.fetchall()}

    def _keys_of_codes(self, cursor: Any, codes: Collection[str]) -> dict[str, str | None]:
        self._run(cursor, CODE_KEYS, (list(codes),))
        found = (as_mapping(row, ("code", "key")) for row in cursor.fetchall())
        return {row["code"]: row["key"] for row in found}

    def _files_in_force(self, cursor: Any) -> list[_FileInForce]:
        self._run(cursor, FILES_IN_FORCE, (self._domain.name,))
        columns = _FileInForce._fields
        files = [
            _FileInForce(**{name: as_mapping(row, columns)[name] for name in columns}) for row in cursor.fetchall()
        ]
        replaced = {planned.period for planned in self._planned.loaded if planned.period is not None}
        return [file for file in files if file.period not in replaced] + self._planned.loaded

    def _why_not(self, file: InputFile, content_hash: str, in_force: list[_FileInForce]) -> FileReport | None:
        """Return the report of a file that is not to be read because of what is loaded."""
        for loaded in in_force:
            if loaded.content_hash == content_hash:
                return _report(file, FileOutcome.ALREADY_LOADED, f"as {loaded.file_path or loaded.file_name}")
        for loaded in in_force:
            if file.period is None or loaded.period != file.period:
                continue
            if (loaded.version or 0) > (file.version or 0):
                detail = f"by {loaded.file_path} (version {loaded.version} of {loaded.period}), which was loaded before"
                return _report(file, FileOutcome.SUPERSEDED, detail)
            if loaded.version == file.version and loaded.file_path != file.place:
                raise InputFileError(
                    f"{file.place} is version {file.version} of {file.period}, and so is {loaded.file_path}, which is "
                    "loaded and has other content: give the right one a higher version."
                )
        return None

    def _take_in(
        self,
        cursor: Any,
        file: InputFile,
        content_hash: str,
        rows: list[RecordRow],
        passed_over: tuple[tuple[int, PassedOver], ...],
    ) -> FileReport:
        accepted = _accepted(rows)
        rejected = [row for row in rows if row.reject_reason is not None]
        counts: Counter[str] = Counter()
        for block in _blocks(accepted):
            counts += self._compare(cursor, block)
            if self._execute:
                arrays = (*_key_arrays(block), [row.row_number for row in block])
                self._run(cursor, STORE, (self._domain.name, file.path.name, *arrays))
        report = FileReport(
            file_name=file.path.name,
            place=file.place,
            outcome=FileOutcome.LOADED,
            rows_read=len(rows) + len(passed_over),
            rows_new=len(accepted) - counts["known"],
            rows_changed=counts["changed"],
            rows_unchanged=counts["known"] - counts["changed"],
            rows_rejected=len(rejected),
            rows_passed_over=len(passed_over),
            rows_deleted=self._replace_period(cursor, file, rows),
            rejects=tuple((row.row_number, row.reject_reason or "") for row in rejected),
            passed_over=passed_over,
            notes=tuple(_notes_on_deleting(file, rejected)),
        )
        if self._execute:
            self._record_file(cursor, file, content_hash, report)
        else:
            values = {row.record_id: _stored_values(row) for row in accepted}
            self._planned.records |= values
            self._planned.deleted -= values.keys()
            self._planned.loaded.append(
                _FileInForce(content_hash, file.path.name, file.place, file.period, file.version)
            )
        return report

    def _compare(self, cursor: Any, block: Sequence[RecordRow]) -> Counter[str]:
        """Count how many records are known, and how many of these say something else or are deleted."""
        planned = self._planned
        to_ask = [row for row in block if row.record_id not in planned.records and row.record_id not in planned.deleted]
        self._run(cursor, COMPARE, _key_arrays(to_ask))
        counts = Counter(as_mapping(cursor.fetchone(), ("known", "changed")))
        for row in block:
            if row.record_id in planned.deleted:
                counts.update(known=1, changed=1)
            elif row.record_id in planned.records:
                counts.update(known=1, changed=int(planned.records[row.record_id] != _stored_values(row)))
        return counts

    def _replace_period(self, cursor: Any, file: InputFile, rows: Sequence[RecordRow]) -> int:
        """Make the rows those of the file's period; returns how many records are deleted by that.

        A row that was rejected is still there: its record stays as it was. Where nobody can know which record that is,
        because an error is in its record_key, every record of the period stays. A record that another file in force
        has stays, too.
        """
        period = file.period or _NO_PERIOD
        gone: dict[str, bool] = {}
        if file.period is not None and not any(_is_unknown(row) for row in rows):
            self._run(cursor, GONE, ([row.record_id for row in rows], self._domain.name, period))
            for row in cursor.fetchall():
                found = as_mapping(row, ("record_id", "is_deleted", "other_periods"))
                record_id = found["record_id"]
                elsewhere = {
                    other for other in found["other_periods"] if (other, record_id) not in self._planned.removed
                }
                elsewhere |= self._planned.added.get(record_id, set()) - {period}
                gone[record_id] = not elsewhere and not found["is_deleted"]
        deleted = [record_id for record_id, is_deleted in gone.items() if is_deleted]
        accepted = [row.record_id for row in rows if row.reject_reason is None]
        if deleted and not accepted:
            raise InputFileError(
                f"{file.place} has no row that can be taken in; it would delete all {len(deleted):,} records of "
                f"{period}."
            )
        if self._execute:
            self._run(cursor, REMOVE_MEMBERS, (self._domain.name, period, list(gone)))
            self._run(cursor, ADD_MEMBERS, (self._domain.name, period, accepted))
            self._run(cursor, DELETE_RECORDS, (deleted,))
        else:
            self._planned.removed.update((period, record_id) for record_id in gone)
            self._planned.deleted.update(deleted)
            for record_id in accepted:
                self._planned.added.setdefault(record_id, set()).add(period)
        return len(deleted)

    def _record_file(self, cursor: Any, file: InputFile, content_hash: str, report: FileReport) -> None:
        if file.period is not None:
            self._run(cursor, SUPERSEDE, (self._domain.name, file.period))
        self._run(
            cursor,
            RECORD_FILE,
            (
                *(content_hash, self._domain.name, report.file_name, file.place, file.period, file.version),
                *(report.rows_read, report.rows_new, report.rows_changed, report.rows_unchanged),
                *(report.rows_rejected, report.rows_passed_over, report.rows_deleted, KEY_VERSION),
            ),
        )
        self._run(cursor, FORGET_REJECTS, (content_hash, self._domain.name))
        lines, reasons = [line for line, _ in report.rejects], [reason for _, reason in report.rejects]
        self._run(cursor, RECORD_REJECTS, (content_hash, self._domain.name, lines, reasons))

    def _run(self, cursor: Any, statement: str, parameters: Sequence[Any]) -> None:
        names = {"schema": sql.Identifier(self._schema), "differs": sql.SQL(DIFFERS)}
        cursor.execute(sql.SQL(statement).format(**names), parameters)


def _report(file: InputFile, outcome: FileOutcome, detail: str) -> FileReport:
    return FileReport(file_name=file.path.name, place=file.place, outcome=outcome, detail=detail)


def _with_statuses(report: FileReport, statuses: Mapping[str, int]) -> FileReport:
    return FileReport(**{**vars(report), "statuses": statuses})


def _is_unknown(row: RecordRow) -> bool:
    return not row.record_id


def _notes_on_deleting(file: InputFile, rejected: Sequence[RecordRow]) -> list[str]:
    unknown = sum(_is_unknown(row) for row in rejected)
    if not unknown or file.period is None:
        return []
    return [f"no record of {file.period} is deleted: {unknown:,} rejected rows have an error in their record_key"]


def _accepted(rows: Iterable[RecordRow]) -> list[RecordRow]:
    return [row for row in rows if row.reject_reason is None]


def _values(row: RecordRow) -> tuple[str | None, ...]:
    return tuple(getattr(row, column) for column in KEYS)


def _stored_values(row: RecordRow) -> tuple[str | None, ...]:
    return (*_values(row), row.name_derived_from)


def _key_arrays(block: Sequence[RecordRow]) -> list[list[str | None]]:
    return [[getattr(row, column) for row in block] for column in ("record_id", *KEYS, "name_derived_from")]


def _blocks(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while block := list(islice(iterator, _BLOCK)):
        yield block
