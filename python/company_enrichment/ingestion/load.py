"""Takes a domain's files in as customer records: each file whole or not at all, and once."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, read_only_transaction, whole_transaction
from company_enrichment.errors import InputFileError
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.ingestion.column_rules import with_column_rules
from company_enrichment.ingestion.derived_names import with_derived_names
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.input_files import ChosenFile, InputFile, choose_files, find_files, read_bytes
from company_enrichment.ingestion.loaded_files import FileInForce, LoadedFiles, Planned
from company_enrichment.ingestion.lost_zeros import lost_zeros_of_records
from company_enrichment.ingestion.no_records import PassedOver
from company_enrichment.ingestion.periods import shown_version
from company_enrichment.ingestion.record_identity import KEY_VERSION, KeyedRow, RecordIdentity, compared_values
from company_enrichment.ingestion.reports import FileOutcome, FileReport
from company_enrichment.ingestion.statements import (
    CODE_KEYS,
    COMPARE,
    DIFFERS,
    FORGET_REJECTS,
    LOCK,
    NAMES_OF_NOBODY,
    RECORD_FILE,
    RECORD_REJECTS,
    STORE,
)
from company_enrichment.ingestion.workbooks import NoRecord, RecordRow, read_records
from company_enrichment.records import KEYS

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
_BLOCK = 10_000


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
    found = find_files(domain, base_dir)
    places = {file.place for file in found}
    loader = _Loader(connection, domain, schema=schema, execute=execute, places=places, reading=reading)
    reports = []
    read = 0
    for chosen in choose_files(found):
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


class _Loader:
    """Loads files one after another, or says what loading them would do."""

    def __init__(
        self,
        connection: extensions.connection,
        domain: Domain,
        *,
        schema: str,
        execute: bool,
        places: Collection[str],
        reading: WorkbookReading | None,
    ) -> None:
        self._reading = reading
        self._connection = connection
        self._domain = domain
        self._schema = schema
        self._execute = execute
        self._planned = Planned()
        self._loaded = LoadedFiles(domain, self._planned, execute=execute, places=places, run=self._run)
        self._identity = RecordIdentity(self._run, domain.name, stores=execute)

    def load(self, chosen: ChosenFile, *, may_read: bool) -> tuple[FileReport, list[RecordRow]]:
        """Return what came of the file, and the records that it brought."""
        file = chosen.file
        if chosen.not_of_domain is not None:
            return _report(file, FileOutcome.NOT_OF_DOMAIN, chosen.not_of_domain), []
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
                in_force = self._loaded.in_force(cursor)
                not_read = self._why_not(cursor, file, content_hash, in_force)
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
                replaced = self._loaded.replaced_by(file, content_hash, in_force)
                rows = self._identified(cursor, replaced, [row for row in read if isinstance(row, RecordRow)])
                report = self._take_in(cursor, file, content_hash, rows, replaced=replaced, passed_over=passed_over)
                notes += self._loaded.notes(cursor, file, in_force, replaced)
                lost_zeros = lost_zeros_of_records(self._connection, self._schema, self._domain, rows)
                report = replace(report, notes=(*report.notes, *notes), lost_zeros=tuple(lost_zeros))
                return report, _accepted(rows)
        except InputFileError as error:
            return _report(file, FileOutcome.FAILED, str(error)), []

    def _identified(
        self, cursor: extensions.cursor, replaced: list[FileInForce], read: list[RecordRow]
    ) -> list[RecordRow]:
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
        ids = self._identity.record_ids(cursor, keyed, lambda: self._members_by_earlier_rule(cursor, replaced))
        rows = [replace(row, record_id=ids[row.record_id]) if row.record_id in ids else row for row in rows]
        return with_derived_names(rows, self._domain.derived_name, lambda names: self._without_key(cursor, names))

    def _members_by_earlier_rule(self, cursor: extensions.cursor, replaced: Sequence[FileInForce]) -> list[str]:
        """Return where ingest_period_records has the records of replaced files whose ids are of the earlier rule."""
        earlier = self._identity.files_by_earlier_rule(cursor, [loaded.content_hash for loaded in replaced])
        return self._loaded.members(cursor, [loaded for loaded in replaced if loaded.content_hash in earlier])

    def _without_key(self, cursor: extensions.cursor, names: Collection[str]) -> set[str]:
        self._run(cursor, NAMES_OF_NOBODY, (list(names),))
        return {as_mapping(row, ("name",))["name"] for row in cursor.fetchall()}

    def _keys_of_codes(self, cursor: extensions.cursor, codes: Collection[str]) -> dict[str, str | None]:
        self._run(cursor, CODE_KEYS, (list(codes),))
        found = (as_mapping(row, ("code", "key")) for row in cursor.fetchall())
        return {row["code"]: row["key"] for row in found}

    def _why_not(
        self, cursor: extensions.cursor, file: InputFile, content_hash: str, in_force: list[FileInForce]
    ) -> FileReport | None:
        """Return the report of a file that is not to be read because of what is loaded."""
        loaded = self._loaded.already_loaded(cursor, file, content_hash, in_force)
        if loaded is not None:
            return _report(file, FileOutcome.ALREADY_LOADED, f"as {loaded.place}")
        loaded = self._loaded.newer(file, in_force)
        if loaded is None:
            return None
        version = f"version {shown_version(loaded.version)} of {loaded.period}"
        return _report(file, FileOutcome.SUPERSEDED, f"by {loaded.file_path} ({version}), which was loaded before")

    def _take_in(
        self,
        cursor: extensions.cursor,
        file: InputFile,
        content_hash: str,
        rows: list[RecordRow],
        *,
        replaced: list[FileInForce],
        passed_over: tuple[tuple[int, PassedOver], ...],
    ) -> FileReport:
        accepted = _accepted(rows)
        rejected = [row for row in rows if row.reject_reason is not None]
        unknown = sum(_is_unknown(row) for row in rejected)
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
            rows_deleted=self._loaded.replace(
                cursor,
                file,
                replaced,
                rows=None if unknown else [row.record_id for row in rows],
                accepted=[row.record_id for row in accepted],
            ),
            rejects=tuple((row.row_number, row.reject_reason or "") for row in rejected),
            passed_over=passed_over,
            notes=tuple(_notes_on_deleting(file, unknown if file.period or replaced else 0)),
        )
        if self._execute:
            self._record_file(cursor, file, content_hash, report)
        else:
            values = {row.record_id: _stored_values(row) for row in accepted}
            self._planned.records |= values
            self._planned.deleted -= values.keys()
            self._loaded.plan(file, content_hash, replaced)
        return report

    def _compare(self, cursor: extensions.cursor, block: Sequence[RecordRow]) -> Counter[str]:
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

    def _record_file(self, cursor: extensions.cursor, file: InputFile, content_hash: str, report: FileReport) -> None:
        numbers = None if file.version is None else list(file.version)
        self._run(
            cursor,
            RECORD_FILE,
            (
                *(content_hash, self._domain.name, report.file_name, file.place, file.period),
                *(None if numbers is None else numbers[0], numbers),
                *(report.rows_read, report.rows_new, report.rows_changed, report.rows_unchanged),
                *(report.rows_rejected, report.rows_passed_over, report.rows_deleted, KEY_VERSION),
            ),
        )
        self._run(cursor, FORGET_REJECTS, (content_hash, self._domain.name))
        lines, reasons = [line for line, _ in report.rejects], [reason for _, reason in report.rejects]
        self._run(cursor, RECORD_REJECTS, (content_hash, self._domain.name, lines, reasons))

    def _run(self, cursor: extensions.cursor, statement: str, parameters: Sequence[Any]) -> None:
        names = {"schema": sql.Identifier(self._schema), "differs": sql.SQL(DIFFERS)}
        cursor.execute(sql.SQL(statement).format(**names), parameters)


def _report(file: InputFile, outcome: FileOutcome, detail: str) -> FileReport:
    return FileReport(file_name=file.path.name, place=file.place, outcome=outcome, detail=detail)


def _with_statuses(report: FileReport, statuses: Mapping[str, int]) -> FileReport:
    return FileReport(**{**vars(report), "statuses": statuses})


def _is_unknown(row: RecordRow) -> bool:
    return not row.record_id


def _notes_on_deleting(file: InputFile, unknown: int) -> list[str]:
    if not unknown:
        return []
    earlier = file.period or "what it said before"
    return [f"no record of {earlier} is deleted: {unknown:,} rejected rows have an error in their record_key"]


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
