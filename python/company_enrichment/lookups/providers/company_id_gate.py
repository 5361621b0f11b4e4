"""Which of a provider's candidates have a company id: asked of the database, whose rule company_id_fault() is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.lookups.providers.acceptance import Candidate, UnusableCandidate

_JUDGE = """
select {schema}.clean_company_id(given.company_id) as company_id, {schema}.company_id_fault(given.company_id) as fault
from unnest(%s::text[]) with ordinality as given (company_id, position)
order by given.position
"""


class JudgedId(NamedTuple):
    """An id as it is stored, and why it is none; None when it is one."""

    company_id: str | None
    fault: str | None


class CompanyIdGate:
    """Judges the ids of candidates. Several threads may do so at once.

    Args:
        connection: an open connection, which stays open, or what returns a new one; that is called at the first use,
            and again once the connection is lost.
        schema: where the functions are.

    """

    def __init__(self, connection: extensions.connection | Callable[[], extensions.connection], *, schema: str) -> None:
        self._connect: Callable[[], extensions.connection] | None = connection if callable(connection) else None
        self._connection: extensions.connection | None = None if callable(connection) else connection
        self._schema = sql.Identifier(schema)
        self._lock = threading.Lock()

    def judge(self, company_ids: Sequence[str]) -> list[JudgedId]:
        """Return what is said of each id, in order. DatabaseError when the database cannot be asked."""
        if not company_ids:
            return []
        columns = ("company_id", "fault")
        with joined_transaction(self._opened()) as cursor:
            cursor.execute(sql.SQL(_JUDGE).format(schema=self._schema), (list(company_ids),))
            return [JudgedId(**as_mapping(row, columns)) for row in cursor.fetchall()]

    def parted(
        self, candidates: Sequence[Candidate], id_prefix: str = ""
    ) -> tuple[list[Candidate], list[UnusableCandidate]]:
        """Return the candidates that have an id, which is as it is stored, with the prefix; and those that have none.

        Ids are judged as the provider gave them: a prefix makes an id of nothing.
        """
        usable, unusable = [], []
        judged = self.judge([candidate.company_id for candidate in candidates])
        for candidate, (company_id, fault) in zip(candidates, judged, strict=True):
            if fault is not None:
                unusable.append(UnusableCandidate(candidate=candidate, fault=fault))
            else:
                usable.append(replace(candidate, company_id=f"{id_prefix}{company_id}"))
        return usable, unusable

    def close(self) -> None:
        """Close the connection, if the gate has made it."""
        with self._lock:
            if self._connect is not None and self._connection is not None:
                self._connection.close()
                self._connection = None

    def _opened(self) -> extensions.connection:
        with self._lock:
            if self._connect is not None and (self._connection is None or self._connection.closed):
                self._connection = self._connect()
            assert self._connection is not None  # noqa: S101 - it was given where none is made
            return self._connection
