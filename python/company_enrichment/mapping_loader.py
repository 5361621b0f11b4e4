"""What the database knows of records: the online face of the resolution rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from psycopg2 import sql

from company_enrichment.database import as_mapping, joined_transaction, refuse_unsuitable_database
from company_enrichment.records import KEYS, CustomerKeys
from company_enrichment.schema_version import refuse_other_schema_version

_COLUMNS = (
    "normalized_name",
    "company_id",
    "match_type",
    "matched_key",
    "confidence",
    "mapping_load_id",
    "answer_id",
    "answer_outcome",
    "provider",
    "is_asked",
    "known_since",
)


@dataclass(frozen=True, kw_only=True)
class Match:
    """What mappings, cache and answers know of one record; see the SQL function resolve_company()."""

    normalized_name: str | None
    company_id: str | None
    match_type: str | None
    matched_key: str | None
    confidence: Decimal | None
    mapping_load_id: str | None
    answer_id: int | None
    answer_outcome: Literal["found", "not_found", "not_accepted"] | None
    provider: str | None
    is_asked: bool
    known_since: datetime | None

    @property
    def is_unknown_name(self) -> bool:
        """True for a name that neither a mapping nor an answer knows."""
        return self.match_type is None and self.normalized_name is not None


class CompanyMappingLoader:
    """Asks the database what is known of records, through the SQL function that shares its rule with the batch.

    Args:
        connection: an open psycopg2 connection; only read from.
        schema: the schema of the tables.

    """

    def __init__(self, connection: Any, *, schema: str = "enterprise") -> None:
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self._is_suitable = False
        names = {"columns": sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)), "schema": self._schema}
        self._match_one = sql.SQL("select {columns} from {schema}.resolve_company(%s, %s, %s, %s)").format(**names)
        self._match_many = sql.SQL(
            "select {columns} from {schema}.resolve_companies(%s::text[], %s::text[], %s::text[], %s::text[])"
        ).format(**names)

    def match(self, records: Sequence[CustomerKeys]) -> list[Match]:
        """Return what is known of each record, in order; one round trip.

        Raises, at the first call, UnsuitableDatabaseError when the database cannot tell Chinese names apart, and
        SchemaVersionError when its tables have another version than this package works with.
        """
        # One record by itself is answered in half the time: no array to take apart.
        if len(records) == 1:
            statement, parameters = self._match_one, [getattr(records[0], key) for key in KEYS]
        else:
            statement, parameters = self._match_many, [[getattr(record, key) for record in records] for key in KEYS]
        with joined_transaction(self._connection) as cursor:
            if not self._is_suitable:
                refuse_unsuitable_database(cursor)
                refuse_other_schema_version(cursor, self._schema)
                self._is_suitable = True
            cursor.execute(statement, parameters)
            return [Match(**as_mapping(row, _COLUMNS)) for row in cursor.fetchall()]
