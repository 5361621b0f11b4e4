"""Which files of a domain are in force, which of them a file replaces, and what that does to their records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from psycopg2 import extensions

from company_enrichment.database import as_mapping
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.input_files import InputFile
from company_enrichment.ingestion.periods import NO_VERSION, Version, shown_version
from company_enrichment.ingestion.statements import (
    ADD_MEMBERS,
    DELETE_RECORDS,
    FILES_IN_FORCE,
    GONE,
    HAS_MEMBERS,
    MOVE_FILE,
    MOVE_MEMBERS,
    ONLY_PLACE_WITHOUT_PERIOD,
    REMOVE_MEMBERS,
    SUPERSEDE,
)

_MEMBERS_OF_NOBODY = ""
"""Where ingest_period_records has the records of files without a month that were loaded before it knew which file."""


class FileInForce(NamedTuple):
    """A file that is loaded and was not replaced."""

    content_hash: str
    file_name: str
    file_path: str | None
    period: str | None
    """Its month by the rules of today, where none was read off its path when it was loaded."""
    version: Version
    members: str
    """Where ingest_period_records has its records."""

    @property
    def place(self) -> str:
        """Its path, or where that is not known its name."""
        return self.file_path or self.file_name


@dataclass
class Planned:
    """What the files before have changed in plan-only, where the database does not know of it."""

    records: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    added: dict[str, set[str]] = field(default_factory=dict)
    removed: set[tuple[str, str]] = field(default_factory=set)
    superseded: set[str] = field(default_factory=set)
    loaded: list[FileInForce] = field(default_factory=list)


class LoadedFiles:
    """The files of a domain that are in force, while others are being loaded.

    Args:
        domain: the domain.
        planned: what the files before have changed in plan-only.
        execute: False writes nothing.
        places: where the files of this call are.
        run: runs a statement of ingest_statements.

    """

    def __init__(
        self,
        domain: Domain,
        planned: Planned,
        *,
        execute: bool,
        places: Collection[str],
        run: Callable[[Any, str, Sequence[Any]], None],
    ) -> None:
        self._domain = domain
        self._planned = planned
        self._execute = execute
        self._places = places
        self._run = run

    def in_force(self, cursor: extensions.cursor) -> list[FileInForce]:
        """Return the files that are in force."""
        self._run(cursor, FILES_IN_FORCE, (self._domain.name,))
        columns = ("content_hash", "file_name", "file_path", "period", "version", "version_numbers")
        found = (as_mapping(row, columns) for row in cursor.fetchall())
        stored = [self._file_in_force(row) for row in found if row["content_hash"] not in self._planned.superseded]
        return stored + self._planned.loaded

    def already_loaded(
        self, cursor: extensions.cursor, file: InputFile, content_hash: str, in_force: Iterable[FileInForce]
    ) -> FileInForce | None:
        """Return the file in force that has the same content; None when the file has to be read all the same.

        It has to when its path says a month and that of the loaded file did not. A file without a month that was moved
        is known by its new path from now on.
        """
        same = next((loaded for loaded in in_force if loaded.content_hash == content_hash), None)
        if same is None or (same.period is None and file.period is not None):
            return None
        if same.period is None and same.place != file.place and same.place not in self._places and self._execute:
            name = file.place.rpartition("/")[2]
            self._run(cursor, MOVE_FILE, (name, file.place, content_hash, self._domain.name))
            if same.members != _MEMBERS_OF_NOBODY:
                self._move_members(cursor, same.members, _members_of(None, file.place))
        return same

    def newer(self, file: InputFile, in_force: Iterable[FileInForce]) -> FileInForce | None:
        """Return the file in force that is a newer version of the file's month; None when there is none.

        Raises InputFileError when another file of the same version is in force.
        """
        version = file.version or NO_VERSION
        for loaded in in_force:
            if file.period is None or loaded.period != file.period:
                continue
            if loaded.version > version:
                return loaded
            if loaded.version == version and loaded.file_path != file.place:
                raise InputFileError(
                    f"{file.place} is version {shown_version(version)} of {file.period}, and so is {loaded.file_path},"
                    " which is loaded and has other content: give the right one a higher version."
                )
        return None

    def replaced_by(self, file: InputFile, content_hash: str, in_force: Iterable[FileInForce]) -> list[FileInForce]:
        """Return the files in force that stop to be when the file is loaded: those of its month, place or content."""
        return [
            loaded
            for loaded in in_force
            if (file.period is not None and loaded.period == file.period)
            or loaded.file_path == file.place
            or loaded.content_hash == content_hash
        ]

    def members(self, cursor: extensions.cursor, files: Sequence[FileInForce]) -> list[str]:
        """Return where ingest_period_records has the records of files in force."""
        keys = list(dict.fromkeys(loaded.members for loaded in files))
        place = self._legacy_place(cursor) if keys else None
        if place is not None and _members_of(None, place) in keys:
            keys.append(_MEMBERS_OF_NOBODY)
        return keys

    def replace(
        self,
        cursor: extensions.cursor,
        file: InputFile,
        replaced: Sequence[FileInForce],
        *,
        rows: Sequence[str] | None,
        accepted: Sequence[str],
    ) -> int:
        """Make the rows those of the file, in place of the replaced ones'; returns how many records are deleted.

        rows are the record ids of all rows, accepted those of the rows that can be taken in. A row that was rejected
        is still there: its record stays as it was. rows is None where nobody can know which records those are, because
        an error is in their record_key: then every record stays. A record that another file in force has stays, too.
        """
        own = _members_of(file.period, file.place)
        keys = list(dict.fromkeys([own, *(loaded.members for loaded in replaced)]))
        legacy = self._legacy_place(cursor)
        if self._execute:
            if legacy is not None:
                self._move_members(cursor, _MEMBERS_OF_NOBODY, _members_of(None, legacy))
            for key in keys[1:]:
                if key != _MEMBERS_OF_NOBODY:
                    self._move_members(cursor, key, own)
            keys = [own]
        else:
            keys = [key for key in keys if key != _MEMBERS_OF_NOBODY]
            if legacy is not None and _members_of(None, legacy) in keys:
                keys.append(_MEMBERS_OF_NOBODY)
        gone = {} if rows is None else self._gone(cursor, rows, keys)
        deleted = [record_id for record_id, is_deleted in gone.items() if is_deleted]
        if deleted and not accepted:
            raise InputFileError(
                f"{file.place} has no row that can be taken in; it would delete all {len(deleted):,} records of "
                f"{file.period or 'what it said before'}."
            )
        if self._execute:
            self._run(cursor, REMOVE_MEMBERS, (self._domain.name, own, list(gone)))
            self._run(cursor, ADD_MEMBERS, (self._domain.name, own, list(accepted)))
            self._run(cursor, DELETE_RECORDS, (deleted,))
            self._run(cursor, SUPERSEDE, (self._domain.name, [loaded.content_hash for loaded in replaced]))
        else:
            self._planned.removed.update((key, record_id) for key in keys for record_id in gone)
            self._planned.deleted.update(deleted)
            for record_id in accepted:
                self._planned.added.setdefault(record_id, set()).add(own)
        return len(deleted)

    def plan(self, file: InputFile, content_hash: str, replaced: Sequence[FileInForce]) -> None:
        """Note that the file would be in force now, in place of the others."""
        name = file.place.rpartition("/")[2]
        self._planned.superseded.update(loaded.content_hash for loaded in replaced)
        self._planned.loaded = [loaded for loaded in self._planned.loaded if loaded not in replaced]
        self._planned.loaded.append(
            FileInForce(
                content_hash,
                name,
                file.place,
                file.period,
                file.version or NO_VERSION,
                _members_of(file.period, file.place),
            )
        )

    def notes(
        self,
        cursor: extensions.cursor,
        file: InputFile,
        in_force: Iterable[FileInForce],
        replaced: Sequence[FileInForce],
    ) -> list[str]:
        """Return what a user must know of how the file was understood; nothing when its path says one month."""
        if file.other_months:
            return [f"its path also says {', '.join(file.other_months)}: {file.period} counts"]
        if file.period is not None:
            return []
        notes = ["its path says no month: it replaces nothing but what this file said before"]
        if replaced and self._has_members_of_nobody(cursor) and self._legacy_place(cursor) is None:
            notes.append("records that it had and has no more may stay: it was not recorded which file had them")
        missing = [
            loaded.place
            for loaded in in_force
            if loaded.period is None and loaded.place not in self._places and loaded not in replaced
        ]
        if missing:
            notes.append(f"{', '.join(missing)}, loaded before and no longer there, keeps its records")
        return notes

    def _file_in_force(self, row: Mapping[str, Any]) -> FileInForce:
        period, place = row["period"], row["file_path"]
        numbers = row["version_numbers"] or ([] if row["version"] is None else [row["version"]])
        version = tuple(numbers) or NO_VERSION
        known = None
        if place is not None:
            with suppress(ConfigurationError):
                known = self._domain.period_version(place)
        # Months and versions that were not understood when the file was loaded may be now.
        if known is not None and (period is None or (period == known.period and row["version_numbers"] is None)):
            period, version = known
        members = _members_of(row["period"], place) if row["period"] or place else _MEMBERS_OF_NOBODY
        return FileInForce(row["content_hash"], row["file_name"], place, period, version, members)

    def _gone(self, cursor: extensions.cursor, rows: Sequence[str], keys: Sequence[str]) -> dict[str, bool]:
        """Return the records of keys that are not among the rows, and whether each is deleted by that."""
        planned = self._planned
        gone: dict[str, bool] = {}
        self._run(cursor, GONE, (list(keys), list(rows), self._domain.name, list(keys)))
        for row in cursor.fetchall():
            found = as_mapping(row, ("record_id", "is_deleted", "other_periods"))
            record_id = found["record_id"]
            elsewhere = {other for other in found["other_periods"] if (other, record_id) not in planned.removed}
            elsewhere |= planned.added.get(record_id, set()) - set(keys)
            gone[record_id] = not elsewhere and not found["is_deleted"]
        return gone

    def _legacy_place(self, cursor: extensions.cursor) -> str | None:
        """Return whose the records of nobody are: a domain may have had one file without a month, and no other."""
        if not self._has_members_of_nobody(cursor):
            return None
        self._run(cursor, ONLY_PLACE_WITHOUT_PERIOD, (self._domain.name,))
        row = cursor.fetchone()
        return None if row is None else as_mapping(row, ("place",))["place"]

    def _has_members_of_nobody(self, cursor: extensions.cursor) -> bool:
        self._run(cursor, HAS_MEMBERS, (self._domain.name, _MEMBERS_OF_NOBODY))
        return bool(as_mapping(cursor.fetchone(), ("has_members",))["has_members"])

    def _move_members(self, cursor: extensions.cursor, earlier: str, later: str) -> None:
        self._run(cursor, MOVE_MEMBERS, (self._domain.name, earlier, self._domain.name, later))


def _members_of(period: str | None, place: str) -> str:
    return period if period is not None else f"./{place}"
