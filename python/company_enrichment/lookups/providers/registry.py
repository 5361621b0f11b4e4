"""A company registry that is a table of the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg2
from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, is_connection_lost, joined_transaction, whole_transaction
from company_enrichment.errors import (
    DatabaseError,
    LookupProviderError,
    LookupProviderUnavailableError,
    OpenTransactionError,
)
from company_enrichment.lookups.providers.acceptance import MOST_CANDIDATES
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

# The catalog says in plain words what is wrong, and answers whoever has locked the table.
_TABLE = """
select
    (select count(*) = 1 from pg_namespace where nspname = %(schema)s) as is_schema_there,
    (select coalesce(bool_and(has_schema_privilege(oid, 'usage')), true) from pg_namespace where nspname = %(schema)s)
        as is_schema_open,
    count(distinct relation.oid) = 1 as is_there,
    coalesce(array_agg(attribute.attname::text) filter (where attribute.attname is not null), '{{}}') as columns,
    coalesce(
        bool_and(has_column_privilege(relation.oid, attribute.attnum, 'select')) filter (
            where attribute.attname in ('company_id', 'company_name')
        ),
        false
    ) as is_readable,
    max(format_type(attribute.atttypid, attribute.atttypmod)) filter (
        where attribute.attname = 'company_name' and type.typcategory <> 'S'
    ) as wrong_type
from pg_class as relation
inner join pg_namespace on pg_namespace.oid = relation.relnamespace
left join pg_attribute as attribute
    on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
left join pg_type as type on type.oid = attribute.atttypid
where pg_namespace.nspname = %(schema)s and relation.relname = %(table)s and relation.relkind = any('{{r,v,m,f,p}}')
"""

# What a lookup reads, of the first rows: that a view, a foreign table or a function of one of these fails shows only
# then.
_SAMPLE = """
select count(first_rows.fault), count(first_rows.core), count(first_rows.key)
from (
    select
        {schema}.company_id_fault(registry.company_id::text) as fault,
        ({schema}.company_name_core(registry.company_name)).core as core,
        {schema}.normalize_company_name(registry.company_name) as key
    from {table} as registry
    limit %s
) as first_rows
"""

_NAME_OF_NOBODY = "company-enrichment asks whether its registry answers"
"""What is looked up to see whether an answer comes."""

CHECK_SECONDS = 5
"""How long a look at the table may take; a slow one is no proof that it cannot be read."""

UNREADABLE_PAUSE_SECONDS = 30.0
"""How long nobody asks a registry that cannot be read: somebody has to do something first."""

# It is kept short without losing a shorter one of the session's own, and ends with the transaction.
_LIMIT_TIME = """
select set_config(name, case when setting::integer between 1 and %(most)s then setting else %(most)s::text end, true)
from pg_settings
where name in ('statement_timeout', 'lock_timeout')
"""

# Deadlocks and the like, insufficient resources, a query that is cancelled.
_CLASSES_OF_LOAD = ("40", "53", "57")
_LOCKED = "55P03"

# What a row, or one name, may be to blame for: anything else would meet every name. Data and constraints, a subquery of
# several rows, what a function of the view raises.
_CLASSES_OF_ROWS = ("22", "23", "21", "P0")

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

    def __init__(self, connection: extensions.connection, *, schema: str, table: str) -> None:
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self._table_name = table
        self._qualified = tuple(table.split(".", 1)) if "." in table else (schema, table)
        # A % in a name would be taken for the place of a parameter.
        self._table = sql.Identifier(*(part.replace("%", "%%") for part in self._qualified))

    def check(self) -> None:
        """Raise LookupProviderUnavailableError when the table is missing, lacks a column or cannot be read.

        The message says what to do. It takes a few seconds at most. A table that is slow, or locked, passes.
        """
        schema, table = self._qualified
        [found] = self._rows(
            _TABLE,
            {"schema": schema, "table": table},
            ("is_schema_there", "is_schema_open", "is_there", "columns", "is_readable", "wrong_type"),
        )
        missing = sorted({"company_id", "company_name"} - set(found["columns"]))
        if not found["is_schema_there"]:
            problem = f"which does not exist: there is no schema {schema} (SQLSTATE 3F000)"
        elif not found["is_there"]:
            problem = "which does not exist (SQLSTATE 42P01)"
        elif not found["is_schema_open"]:
            problem = f"which may not be read by this user: grant usage on schema {schema} (SQLSTATE 42501)"
        elif missing:
            problem = f"which has no column {' and no column '.join(missing)} (SQLSTATE 42703)"
        elif not found["is_readable"]:
            problem = "which may not be read by this user: grant select on it (SQLSTATE 42501)"
        elif found["wrong_type"] is not None:
            problem = (
                f"whose column company_name is of the type {found['wrong_type']}, not text: name a view that casts it "
                "(SQLSTATE 42883)"
            )
        else:
            self._read_once()
            return
        raise self._unreadable(problem)

    def _read_once(self) -> None:
        """Read the table as a lookup does; LookupProviderUnavailableError when that fails."""
        try:
            with _single_transaction(self._connection) as cursor:
                cursor.execute(_LIMIT_TIME, {"most": CHECK_SECONDS * 1000})
                cursor.execute(self._sql(_SAMPLE), (100,))
                cursor.execute(self._sql(_EXACT), (_NAME_OF_NOBODY,))
        except DatabaseError as error:
            cause = error.__cause__
            if not isinstance(cause, psycopg2.Error) or is_connection_lost(cause):
                raise
            if not _is_cut_short(cause):
                raise self._unreadable(_problem(cause)) from error

    def _unreadable(self, problem: str) -> LookupProviderUnavailableError:
        return LookupProviderUnavailableError(
            f"WDH_REGISTRY_TABLE is {self._table_name}, {problem}. Correct it or name another: it has to be a table or "
            "view with the columns company_id and company_name, named as name or schema.name.",
            retry_after=UNREADABLE_PAUSE_SECONDS,
        )

    def lookup(self, name: str) -> LookupAnswer:
        """Return the company of that name.

        Found is the only company of the name's key, or else the only company of its core whose name differs from it in
        nothing (company_name_differences()). Where there are companies of that key or core, but not one that is
        sure to be it, the answer is not_accepted, and lists them. A company whose id is none (see the SQL function
        company_id_fault()) is left out of this; where there is no other, the answer is unusable.

        Raises LookupProviderUnavailableError when no name could be looked up: the table is missing, has other columns,
        may not be read or is a view that fails, or the server cuts the query short (after statement_timeout, for
        example); LookupProviderError when it is a row of this name that cannot be read, while others can.
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

    def _sql(self, statement: str) -> sql.Composed:
        return sql.SQL(statement).format(table=self._table, schema=self._schema)

    def _rows(self, statement: str, parameters: Any, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        try:
            with joined_transaction(self._connection) as cursor:
                cursor.execute(self._sql(statement), parameters)
                return [dict(as_mapping(row, columns)) for row in cursor.fetchall()]
        except DatabaseError as error:
            cause = error.__cause__
            if not isinstance(cause, psycopg2.Error) or is_connection_lost(cause):
                raise
            told = f"The registry table {self._table_name}, which WDH_REGISTRY_TABLE names, "
            said = _first_line(cause)
            # Cut short by a timeout, waiting for a lock, out of memory: it says nothing about the name.
            if _is_cut_short(cause):
                raise LookupProviderUnavailableError(f"{told}does not answer: {said}") from error
            if statement is not _TABLE:
                # Whatever keeps the table from being read at all is an outage, said in the words of the check.
                self.check()
            if statement is not _TABLE and (cause.pgcode or "").startswith(_CLASSES_OF_ROWS):
                raise LookupProviderError(f"{told}cannot be read for this name: {said}") from error
            raise self._unreadable(_problem(cause)) from error

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


def _is_cut_short(cause: psycopg2.Error) -> bool:
    """Return whether a timeout, a lock or the load of the server cut a query short: the table may be all right."""
    code = cause.pgcode or ""
    return code == _LOCKED or code.startswith(_CLASSES_OF_LOAD)


def _problem(cause: psycopg2.Error) -> str:
    """Return what keeps a table from being read, to follow its name."""
    hint = f" {cause.diag.message_hint}" if cause.diag.message_hint else ""
    return f"which cannot be read: {_first_line(cause)} (SQLSTATE {cause.pgcode}){hint.rstrip('.')}"


def _first_line(cause: psycopg2.Error) -> str:
    return str(cause).splitlines()[0]


@contextmanager
def _single_transaction(connection: extensions.connection) -> Iterator[extensions.cursor]:
    """Give a cursor whose settings end with the block, inside the caller's transaction and in autocommit, too."""
    try:
        with whole_transaction(connection) as cursor:
            yield cursor
    except OpenTransactionError:
        with joined_transaction(connection) as cursor:
            cursor.execute("savepoint looked_at")
            yield cursor
            cursor.execute("rollback to savepoint looked_at")
