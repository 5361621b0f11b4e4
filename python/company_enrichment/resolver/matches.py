"""What the database knows of records: the online face of the resolution rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction, refuse_unsuitable_database
from company_enrichment.records import KEYS, AnswerOutcome, CustomerKeys
from company_enrichment.schema_version import refuse_other_schema_version

_keys_of = attrgetter(*KEYS)
_TIMESTAMPTZ = 1184
"""The type of known_since, as PostgreSQL numbers it."""


class Match(NamedTuple):
    """What mappings, cache and answers know of one record; see the SQL function resolve_company()."""

    normalized_name: str | None
    company_id: str | None
    match_type: str | None
    matched_key: str | None
    confidence: Decimal | None
    mapping_load_id: str | None
    answer_id: int | None
    answer_outcome: AnswerOutcome | None
    provider: str | None
    is_asked: bool
    known_since: datetime | None

    @property
    def is_unknown_name(self) -> bool:
        """True for a name that neither a mapping nor an answer knows."""
        return self.match_type is None and self.normalized_name is not None

    @property
    def names_nobody(self) -> bool:
        """True for a record without any key that a mapping knows, and without a name."""
        return self.match_type is None and self.normalized_name is None


class CompanyMappingLoader:
    """Asks the database what is known of records, through the SQL function that shares its rule with the batch.

    Args:
        connection: an open psycopg2 connection; only read from.
        schema: the schema of the tables.

    """

    def __init__(self, connection: extensions.connection, *, schema: str = "enterprise") -> None:
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self._is_suitable = False
        self._match_one, self._match_many = "", ""

    def match(self, records: Sequence[CustomerKeys]) -> list[Match]:
        """Return what is known of each record, in order; one round trip.

        Raises, at the first call, UnsuitableDatabaseError when the database cannot tell Chinese names apart, and
        SchemaVersionError when its tables have another version than this package works with.
        """
        keys = list(map(_keys_of, records))
        # Records that say the same are asked for once.
        distinct = list(dict.fromkeys(keys))
        with joined_transaction(self._connection) as cursor:
            if not self._is_suitable:
                refuse_unsuitable_database(cursor)
                refuse_other_schema_version(cursor, self._schema)
                self._is_suitable = True
                self._match_one, self._match_many = self._statements(cursor)
            # One record by itself is answered in half the time: no array to take apart.
            matches = self._match(cursor, distinct) if len(distinct) != 1 else [self._match_alone(cursor, distinct[0])]
        by_keys = dict(zip(distinct, matches, strict=True))
        return matches if len(matches) == len(keys) else [by_keys[key] for key in keys]

    def faults(self, records: Sequence[CustomerKeys]) -> list[str | None]:
        """Return, for each record, which of its texts give no key, and why; see the SQL function record_faults()."""
        statement = sql.SQL(
            "select {schema}.record_faults(plan_code, account_number, customer_name, account_name) as faults"
            " from unnest(%s::text[], %s::text[], %s::text[], %s::text[])"
            " with ordinality as given (plan_code, account_number, customer_name, account_name, position)"
            " order by position"
        ).format(schema=self._schema)
        with joined_transaction(self._connection) as cursor:
            cursor.execute(statement, list(map(_array, zip(*map(_keys_of, records), strict=True))))
            return [as_mapping(row, ("faults",))["faults"] for row in cursor.fetchall()]

    def _statements(self, cursor: extensions.cursor) -> tuple[str, str]:
        """Return what asks for one record and for many, as text: composing it takes as long as asking."""
        columns = sql.SQL(", ").join(map(sql.Identifier, Match._fields[:-1]))
        one = sql.SQL("select {columns}, known_since from {schema}.resolve_company(%s, %s, %s, %s)")
        # Many records have few times, which are cheaper to tell apart as texts than to read one by one.
        many = sql.SQL(
            "select {columns}, known_since::text as known_since"
            " from {schema}.resolve_companies(%s::text[], %s::text[], %s::text[], %s::text[])"
        )
        names = {"columns": columns, "schema": self._schema}
        return one.format(**names).as_string(cursor), many.format(**names).as_string(cursor)

    def _match_alone(self, cursor: extensions.cursor, keys: Sequence[str | None]) -> Match:
        cursor.execute(self._match_one, keys)
        return Match(**as_mapping(cursor.fetchone(), Match._fields))

    def _match(self, cursor: extensions.cursor, keys: Sequence[Sequence[str | None]]) -> list[Match]:
        cursor.execute(self._match_many, list(map(_array, zip(*keys, strict=True))) or ["{}"] * len(KEYS))
        rows: list[Any] = cursor.fetchall()
        if rows and isinstance(rows[0], Mapping):
            rows = [[row[column] for column in Match._fields] for row in rows]
        times: dict[str | None, datetime | None] = {row[-1]: None for row in rows}
        for text in filter(None, times):
            times[text] = cursor.cast(_TIMESTAMPTZ, text)
        return [Match._make((*row[:-1], times[row[-1]])) for row in rows]


def _array(texts: Iterable[str | None]) -> str:
    """Return texts as a literal of an array: one parameter costs a tenth of as many as there are texts."""
    return "{" + ",".join(["NULL" if text is None else f'"{_escaped(text)}"' for text in texts]) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
