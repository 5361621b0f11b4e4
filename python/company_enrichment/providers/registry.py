"""A company registry that is a table of the warehouse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg2
from psycopg2 import sql

from company_enrichment.database import as_mapping, is_connection_lost, joined_transaction
from company_enrichment.errors import (
    ConfigurationError,
    DatabaseError,
    LookupProviderError,
    LookupProviderUnavailableError,
)
from company_enrichment.providers.acceptance import MOST_CANDIDATES
from company_enrichment.records import LookupAnswer, MatchBasis

CORE_CONFIDENCE = Decimal("0.9")
"""Of a company that is the only one with the core of the name, and does not differ from it."""

_EXACT = """
select registry.company_id, min(registry.company_name) as company_name
from {table} as registry
where {schema}.normalize_company_name(registry.company_name) = {schema}.normalize_company_name(%s)
group by registry.company_id
order by registry.company_id
"""

# What does not differ from the asked name comes first: it must not fall off the end of the list.
_SIMILAR = """
with similar_name as (
    select
        registry.company_id,
        registry.company_name,
        {schema}.company_name_differences(%(name)s, registry.company_name) as differences
    from {table} as registry
    where ({schema}.company_name_core(registry.company_name)).core = ({schema}.company_name_core(%(name)s)).core
),

similar_company as (
    select distinct on (similar_name.company_id) similar_name.*
    from similar_name
    order by similar_name.company_id, cardinality(similar_name.differences), similar_name.company_name
)

select similar_company.company_id, similar_company.company_name, similar_company.differences
from similar_company
order by cardinality(similar_company.differences), similar_company.company_id
limit %(limit)s
"""

_CANDIDATE_COLUMNS = ("company_id", "company_name")
_SIMILAR_COLUMNS = (*_CANDIDATE_COLUMNS, "differences")


class RegistryProvider:
    """Looks a name up by its exact name key, else by its core (see the SQL function company_name_core()).

    Args:
        connection: an open psycopg2 connection; only read from.
        schema: where normalize_company_name() is, and the table when it is not qualified.
        table: a table or view with company_id and company_name, one row per name. Indexes on
            normalize_company_name(company_name) and on ((company_name_core(company_name)).core) spare reading it.

    """

    name = "registry"

    def __init__(self, connection: Any, *, schema: str, table: str) -> None:
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self._table_name = table
        # A % in a name would be taken for the place of a parameter.
        named = table.replace("%", "%%")
        self._table = sql.Identifier(*(named.split(".", 1) if "." in named else (schema, named)))

    def check(self) -> None:
        """Raise ConfigurationError when the table is missing, lacks a column or may not be read."""
        statement = "select registry.company_id, registry.company_name from {table} as registry limit 0"
        try:
            self._rows(statement, (), _CANDIDATE_COLUMNS)
        except LookupProviderUnavailableError:
            # It is there; whether it answers is for a lookup to find out.
            return
        except LookupProviderError as error:
            raise ConfigurationError(
                f"{error}. It has to be a table or view with the columns company_id and company_name, as name or "
                "schema.name, that this user may read"
            ) from error

    def lookup(self, name: str) -> LookupAnswer:
        """Return the company of that name.

        Found is the only company of the name's key, or else the only company of its core whose name differs from it in
        nothing (company_name_differences()). Where there are companies of that key or core, but not one that is
        sure to be it, the answer is not_accepted, and lists them.

        Raises LookupProviderError when the table is missing, has other columns or may not be read, and
        LookupProviderUnavailableError when the server cuts the query short: after statement_timeout, for example.
        """
        exact = self._rows(_EXACT, (name,), _CANDIDATE_COLUMNS)
        if len(exact) == 1:
            return self._found(exact[0], Decimal(1), "exact", {"match": "exact name key"})
        if exact:
            # Two companies of one name: whichever was taken, the other's records would be wrong.
            return self._not_accepted("exact name key", exact)
        similar = self._rows(_SIMILAR, {"name": name, "limit": MOST_CANDIDATES}, _SIMILAR_COLUMNS)
        agreeing = [company for company in similar if not company["differences"]]
        if len(agreeing) == 1:
            return self._found(agreeing[0], CORE_CONFIDENCE, "similar", {"match": "core of the name"})
        if similar:
            return self._not_accepted("core of the name", similar)
        return LookupAnswer(provider=self.name, outcome="not_found")

    def _rows(self, statement: str, parameters: Any, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        try:
            with joined_transaction(self._connection) as cursor:
                cursor.execute(sql.SQL(statement).format(table=self._table, schema=self._schema), parameters)
                return [dict(as_mapping(row, columns)) for row in cursor.fetchall()]
        except DatabaseError as error:
            cause = error.__cause__
            if not isinstance(cause, psycopg2.Error) or is_connection_lost(cause):
                raise
            told = f"The registry table {self._table_name}, which WDH_REGISTRY_TABLE names, "
            said = str(cause).splitlines()[0]
            # Cut short by a timeout, waiting for a lock, out of memory: it says nothing about the name.
            if isinstance(cause, psycopg2.OperationalError):
                raise LookupProviderUnavailableError(f"{told}does not answer: {said}") from error
            # Missing table, other columns, no right to read, a view that fails on a row.
            raise LookupProviderError(f"{told}cannot be read: {said}") from error

    def _found(
        self, company: dict[str, Any], confidence: Decimal, match_basis: MatchBasis, evidence: dict[str, Any]
    ) -> LookupAnswer:
        return LookupAnswer(
            provider=self.name,
            outcome="found",
            company_id=company["company_id"],
            company_name=company["company_name"],
            confidence=confidence,
            match_basis=match_basis,
            evidence=evidence,
        )

    def _not_accepted(self, match: str, companies: list[dict[str, Any]]) -> LookupAnswer:
        return LookupAnswer(
            provider=self.name,
            outcome="not_accepted",
            evidence={
                "match": match,
                "candidates": [
                    {name: value for name, value in company.items() if value} for company in companies[:MOST_CANDIDATES]
                ],
            },
        )
