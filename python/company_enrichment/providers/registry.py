"""A company registry that is a table of the warehouse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg2
from psycopg2 import sql

from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.errors import DatabaseError, LookupProviderError
from company_enrichment.records import LookupAnswer

_LOOKUP = """
select registry.company_id, min(registry.company_name) as company_name
from {table} as registry
where {schema}.normalize_company_name(registry.company_name) = {schema}.normalize_company_name(%s)
group by registry.company_id
order by registry.company_id
"""


class RegistryProvider:
    """Looks a name up by its exact name key.

    Args:
        connection: an open psycopg2 connection; only read from.
        schema: where normalize_company_name() is, and the table when it is not qualified.
        table: a table or view with company_id and company_name, one row per name.

    """

    name = "registry"

    def __init__(self, connection: Any, *, schema: str, table: str) -> None:
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self._table_name = table
        self._table = sql.Identifier(*(table.split(".", 1) if "." in table else (schema, table)))

    def lookup(self, name: str) -> LookupAnswer:
        """Return the company of that name; not_found when there is none, or more than one.

        Raises LookupProviderError when the table is missing, has other columns or may not be read.
        """
        try:
            with joined_transaction(self._connection) as cursor:
                cursor.execute(sql.SQL(_LOOKUP).format(table=self._table, schema=self._schema), (name,))
                companies = [as_mapping(row, ("company_id", "company_name")) for row in cursor.fetchall()]
        except DatabaseError as error:
            # Missing table, other columns, no right to read: the registry's fault. Anything else is the database's.
            if not isinstance(error.__cause__, psycopg2.ProgrammingError):
                raise
            cause = str(error.__cause__).splitlines()[0]
            raise LookupProviderError(
                f"The registry table {self._table_name}, which WDH_REGISTRY_TABLE names, cannot be read: {cause}"
            ) from error
        if len(companies) != 1:
            # Two companies of one name: whichever was taken, the other's records would be wrong.
            return LookupAnswer(
                provider=self.name,
                outcome="not_found",
                evidence={"candidates": [company["company_id"] for company in companies]},
            )
        return LookupAnswer(
            provider=self.name,
            outcome="found",
            company_id=companies[0]["company_id"],
            company_name=companies[0]["company_name"],
            confidence=Decimal(1),
            evidence={"match": "exact name key"},
        )
