"""Finds which record each row of a file is, where the record may have an id that was made by an earlier rule.

Ids are made of folded values (record_ids). Before, they were made of the texts as a cell had them, and records keep the
ids that they got so: docs/decisions/0036-record-keys-are-folded.md.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import extensions

from company_enrichment.database import as_mapping
from company_enrichment.ingestion.key_parts import key_part

KEY_VERSION = 2
"""Of the rule that ids are made by; ingest_files.key_version says by which a file was taken in."""

_ID_LENGTH = 32
_VALUES = ("plan_code", "account_number", "customer_name", "account_name")

_as_json = json.JSONEncoder(ensure_ascii=False).encode

Run = Callable[[Any, str, Sequence[Any]], None]
"""Executes a statement with a cursor, {schema} being the schema of the tables, and parameters."""

# Whether records of the domain may have ids of the earlier rule.
HAS_EARLIER_IDS = """
select
    exists (select from {schema}.ingest_files where domain = %s and key_version < %s)
    or exists (select from {schema}.ingest_record_keys where domain = %s)
    as has_earlier_ids
"""

# What is known of the rows: the record that has the key, and whether records of either id exist. One that was found for
# another key is that row's.
FIND_IDS = """
select
    incoming.key_id,
    keyed.record_id as keyed_id,
    own.record_id is not null as is_stored,
    earlier.record_id is not null as is_stored_by_earlier_id
from unnest(%s::text[], %s::text[]) as incoming (key_id, earlier_id)
left join {schema}.ingest_record_keys as keyed on keyed.domain = %s and keyed.key_id = incoming.key_id
left join {schema}.customer_records as own on own.record_id = incoming.key_id
left join {schema}.customer_records as earlier
    on
        earlier.record_id = incoming.earlier_id
        and not exists (select from {schema}.ingest_record_keys as others where others.record_id = earlier.record_id)
"""

# Which of the files were taken in by the earlier rule.
FILES_BY_EARLIER_RULE = """
select content_hash
from {schema}.ingest_files
where domain = %s and content_hash = any(%s::text[]) and key_version < %s
"""

# Records of files that were taken in by the earlier rule, as far as no key is known of them.
RECORDS_WITHOUT_KEY = """
select distinct
    stored.record_id, stored.plan_code, stored.account_number, stored.customer_name, stored.account_name,
    stored.source_row
from {schema}.ingest_period_records as member
inner join {schema}.customer_records as stored on stored.record_id = member.record_id
where
    member.domain = %s
    and member.period = any(%s::text[])
    and not exists (select from {schema}.ingest_record_keys as keyed where keyed.record_id = member.record_id)
order by stored.source_row, stored.record_id
"""

STORE_KEYS = """
insert into {schema}.ingest_record_keys (domain, key_id, record_id)
select %s, incoming.key_id, incoming.record_id
from unnest(%s::text[], %s::text[]) as incoming (key_id, record_id)
"""


class RecordIds:
    """Makes the ids of a file's rows, in their order."""

    def __init__(self, domain: str) -> None:
        self._domain = domain
        self._occurrences: Counter[str] = Counter()

    def key_id(self, parts: Sequence[str | None]) -> str:
        """Return the id by folded values (key_part); rows that agree in all of them are told apart by counting."""
        return self._next_id([KEY_VERSION, self._domain, *parts])

    def earlier_id(self, texts: Sequence[str | None]) -> str:
        """Return the id that the row had before, by its texts."""
        return self._next_id([self._domain, *texts])

    def _next_id(self, key: Sequence[Any]) -> str:
        text = _as_json(key)
        self._occurrences[text] += 1
        numbered = f"{text}#{self._occurrences[text]}"
        return hashlib.sha256(numbered.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_LENGTH]


@dataclass(frozen=True, kw_only=True)
class KeyedRow:
    """What tells which record a row is."""

    row_number: int
    key_id: str
    earlier_id: str
    values: tuple[tuple[str | None, ...], ...]
    """Plan code, account number, customer name and account name, each form that may have been stored of them."""


class RecordIdentity:
    """Finds the records of rows, and keeps what it has found.

    Args:
        run: executes statements.
        domain: the domain's name.
        stores: False only finds, for a plan.

    """

    def __init__(self, run: Run, domain: str, *, stores: bool) -> None:
        self._run = run
        self._domain = domain
        self._stores = stores
        self._planned: dict[str, str] = {}

    def has_earlier_ids(self, cursor: extensions.cursor) -> bool:
        """Say whether records of the domain may have ids of the earlier rule; rows then need theirs (earlier_id)."""
        self._run(cursor, HAS_EARLIER_IDS, (self._domain, KEY_VERSION, self._domain))
        return bool(as_mapping(cursor.fetchone(), ("has_earlier_ids",))["has_earlier_ids"])

    def files_by_earlier_rule(self, cursor: extensions.cursor, content_hashes: Sequence[str]) -> set[str]:
        """Return which files, given by their content, were taken in by the earlier rule."""
        self._run(cursor, FILES_BY_EARLIER_RULE, (self._domain, list(content_hashes), KEY_VERSION))
        return {as_mapping(row, ("content_hash",))["content_hash"] for row in cursor.fetchall()}

    def record_ids(
        self, cursor: extensions.cursor, rows: Sequence[KeyedRow], members_by_earlier_rule: Callable[[], Sequence[str]]
    ) -> dict[str, str]:
        """Return for each key_id the record that it is: one that is stored, or else a new one by that id.

        A record is found, in this order, by the key that is known of it, by its id, by the earlier id of the row's
        texts, and, among the records of what members_by_earlier_rule gives of ingest_period_records, by what it says;
        each for one row.
        """
        if not self.has_earlier_ids(cursor):
            return {row.key_id: row.key_id for row in rows}
        self._run(cursor, FIND_IDS, ([row.key_id for row in rows], [row.earlier_id for row in rows], self._domain))
        columns = ("key_id", "keyed_id", "is_stored", "is_stored_by_earlier_id")
        known = {found["key_id"]: found for found in (as_mapping(row, columns) for row in cursor.fetchall())}
        ids: dict[str, str] = {}
        for row in rows:
            keyed = self._planned.get(row.key_id) or known[row.key_id]["keyed_id"]
            if keyed is not None or known[row.key_id]["is_stored"]:
                ids[row.key_id] = keyed or row.key_id
        taken = {*ids.values(), *self._planned.values()}
        for row in rows:
            if row.key_id not in ids and known[row.key_id]["is_stored_by_earlier_id"] and row.earlier_id not in taken:
                ids[row.key_id] = row.earlier_id
                taken.add(row.earlier_id)
        unknown = [row for row in rows if row.key_id not in ids]
        if unknown:
            free = [
                record
                for record in self._without_key(cursor, members_by_earlier_rule())
                if record.record_id not in taken
            ]
            ids |= _adopted(unknown, free)
        not_by_key = {row.key_id: ids[row.key_id] for row in rows if ids.get(row.key_id, row.key_id) != row.key_id}
        self._keep(cursor, {key: record for key, record in not_by_key.items() if known[key]["keyed_id"] is None})
        return {row.key_id: row.key_id for row in unknown} | ids

    def _without_key(self, cursor: extensions.cursor, members: Sequence[str]) -> list[_Record]:
        self._run(cursor, RECORDS_WITHOUT_KEY, (self._domain, list(members)))
        columns = ("record_id", *_VALUES, "source_row")
        found = (as_mapping(row, columns) for row in cursor.fetchall())
        return [_Record(row["record_id"], compared_values(row), row["source_row"]) for row in found]

    def _keep(self, cursor: extensions.cursor, new: dict[str, str]) -> None:
        if self._stores:
            self._run(cursor, STORE_KEYS, (self._domain, list(new), list(new.values())))
        else:
            self._planned |= new


@dataclass(frozen=True)
class _Record:
    record_id: str
    values: tuple[str | None, ...]
    source_row: int | None


def compared_values(values: Mapping[Any, str | None]) -> tuple[str | None, ...]:
    """Return plan code, account number, customer name and account name, given by column, as they are compared."""
    return tuple(
        key_part(values.get(column), "code" if column.endswith(("code", "number")) else "text") for column in _VALUES
    )


def _adopted(rows: Sequence[KeyedRow], records: Iterable[_Record]) -> dict[str, str]:
    """Return key_id: record_id of the rows that are records without a key: all values agree, or row number and some.

    Several that agree are paired in the order of the sheet: they are the same to whoever reads them.
    """
    left = {record.record_id: record for record in records}
    by_values: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    by_row: dict[int | None, list[str]] = defaultdict(list)
    for record in reversed(left.values()):
        by_values[record.values].append(record.record_id)
        by_row[record.source_row].append(record.record_id)
    adopted = {}
    for row in rows:
        for values in row.values:
            if by_values[values]:
                adopted[row.key_id] = by_values[values].pop()
                del left[adopted[row.key_id]]
                break
    for row in rows:
        if row.key_id in adopted:
            continue
        for record_id in by_row[row.row_number]:
            if record_id in left and any(_agree(values, left[record_id].values) for values in row.values):
                adopted[row.key_id] = record_id
                del left[record_id]
                break
    return adopted


def _agree(values: Sequence[str | None], others: Sequence[str | None]) -> bool:
    """Say whether two rows may be one: something is the same, and no name another."""
    pairs = list(zip(values, others, strict=True))
    names = pairs[2:]
    return any(value == other is not None for value, other in pairs) and all(
        value == other or value is None or other is None for value, other in names
    )
