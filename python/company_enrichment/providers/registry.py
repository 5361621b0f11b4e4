"""A company registry that is a table of the warehouse."""

from __future__ import annotations

from dataclasses import replace
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

# One company, whatever blanks are around its id; where that is none, the id as it stands, and why.
_EXACT = """
select
    coalesce(given.clean_id, given.company_id) as company_id,
    min(given.company_name) as company_name,
    {schema}.company_id_fault(coalesce(given.clean_id, given.company_id)) as fault
from (
    select
        registry.company_id::text as company_id,
        {schema}.clean_company_id(registry.company_id::text) as clean_id,
        registry.company_name
    from {table} as registry
    where {schema}.normalize_company_name(registry.company_name) = {schema}.normalize_company_name(%s)
) as given
group by coalesce(given.clean_id, given.company_id)
order by coalesce(given.clean_id, given.company_id)
"""

# What does not differ from the asked name comes first: it must not fall off the end of the list.
_SIMILAR = """
with similar_name as (
    select
        coalesce({schema}.clean_company_id(registry.company_id::text), registry.company_id::text) as company_id,
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

select
    similar_company.company_id,
    similar_company.company_name,
    {schema}.company_id_fault(similar_company.company_id) as fault,
    similar_company.differences
from similar_company
order by cardinality(similar_company.differences), similar_company.company_id
limit %(limit)s
"""

_TABLE = """
select
    relation.oid is not null as is_there,
    array(
        select attribute.attname::text
        from pg_attribute as attribute
        where attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
    ) as columns,
    coalesce(has_table_privilege(relation.oid, 'select') or has_any_column_privilege(relation.oid, 'select'), false)
        as is_readable
from (select to_regclass(format('%%I.%%I', %(schema)s::text, %(table)s::text))::oid as oid) as relation
"""

_CANDIDATE_COLUMNS = ("company_id", "company_name", "fault")
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
        self._qualified = tuple(table.split(".", 1)) if "." in table else (schema, table)
        # A % in a name would be taken for the place of a parameter.
        self._table = sql.Identifier(*(part.replace("%", "%%") for part in self._qualified))

    def check(self) -> None:
        """Raise ConfigurationError when the table is missing, lacks a column or may not be read.

        The catalog is asked, not the table: whoever has locked it keeps nobody from finding that it is there.
        """
        schema, table = self._qualified
        [found] = self._rows(_TABLE, {"schema": schema, "table": table}, ("is_there", "columns", "is_readable"))
        missing = sorted({"company_id", "company_name"} - set(found["columns"]))
        if not found["is_there"]:
            problem = "does not exist"
        elif missing:
            problem = f"has no column {' and no column '.join(missing)}"
        elif not found["is_readable"]:
            problem = "may not be read by this user: grant select on it"
        else:
            return
        raise ConfigurationError(
            f"WDH_REGISTRY_TABLE is {self._table_name}, which {problem}. It has to be a table or view with the columns "
            "company_id and company_name, named as name or schema.name."
        )

    def lookup(self, name: str) -> LookupAnswer:
        """Return the company of that name.

        Found is the only company of the name's key, or else the only company of its core whose name differs from it in
        nothing (company_name_differences()). Where there are companies of that key or core, but not one that is
        sure to be it, the answer is not_accepted, and lists them. A company whose id is none (see the SQL function
        company_id_fault()) is left out of this; where there is no other, the answer is unusable.

        Raises LookupProviderError when the table is missing, has other columns or may not be read, and
        LookupProviderUnavailableError when the server cuts the query short: after statement_timeout, for example.
        """
        answer = self._looked_up(name)
        # Of several registries, or where one takes the place of another, it says which has answered.
        return replace(answer, evidence={**answer.evidence, "table": ".".join(self._qualified)})

    def _looked_up(self, name: str) -> LookupAnswer:
        exact, unusable = _parted(self._rows(_EXACT, (name,), _CANDIDATE_COLUMNS))
        if exact or unusable:
            # Two companies of one name: whichever was taken, the other's records would be wrong.
            return self._answer("exact name key", exact, exact, unusable, Decimal(1), match_basis="exact")
        similar, unusable = _parted(self._rows(_SIMILAR, {"name": name, "limit": MOST_CANDIDATES}, _SIMILAR_COLUMNS))
        agreeing = [company for company in similar if not company["differences"]]
        return self._answer("core of the name", similar, agreeing, unusable, CORE_CONFIDENCE, match_basis="similar")

    def _answer(
        self,
        match: str,
        companies: list[dict[str, Any]],
        agreeing: list[dict[str, Any]],
        unusable: dict[str, Any],
        confidence: Decimal,
        *,
        match_basis: MatchBasis,
    ) -> LookupAnswer:
        """Return the only company that agrees with the name, or why there is none."""
        if len(agreeing) == 1:
            return self._found(agreeing[0], confidence, match_basis, {"match": match, **unusable})
        if companies:
            return self._not_accepted(match, companies, unusable)
        if unusable:
            return self._unusable(match, unusable)
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

    def _unusable(self, match: str, unusable: dict[str, Any]) -> LookupAnswer:
        reason = f"the company id {unusable['unusable'][0]['fault']}"
        evidence = {"match": match, **unusable, "reason": reason}
        return LookupAnswer(provider=self.name, outcome="unusable", evidence=evidence)

    def _not_accepted(self, match: str, companies: list[dict[str, Any]], unusable: dict[str, Any]) -> LookupAnswer:
        return LookupAnswer(
            provider=self.name,
            outcome="not_accepted",
            evidence={
                "match": match,
                **unusable,
                "candidates": [
                    {name: value for name, value in company.items() if value} for company in companies[:MOST_CANDIDATES]
                ],
            },
        )


def _parted(companies: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the companies that have an id, and the evidence of those that have none, if there are any."""
    unusable = [company for company in companies if company["fault"] is not None][:MOST_CANDIDATES]
    return [company for company in companies if company["fault"] is None], {"unusable": unusable} if unusable else {}
