"""Asks for unknown names again, whatever a registry has said of them before.

Which names may be asked for, and what is done for it, is the rule of the SQL functions ask_again() and
plan_ask_again().
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, own_transaction, read_only_transaction
from company_enrichment.errors import LookupQueueError
from company_enrichment.unusable_text import refuse_unusable_names

BLOCK = 10_000
"""Names that are asked for in one transaction."""


class AnswerFilter(enum.StrEnum):
    """Which unknown names are meant, by the last answer to each."""

    ALL_UNKNOWN = "all-unknown"
    """All of them, also those that nobody was ever asked for."""
    NOT_FOUND = "not-found"
    """Those that the registry does not know."""
    NOT_ACCEPTED = "not-accepted"
    """Those of which it knows similar names only."""
    UNUSABLE = "unusable"
    """Those whose company has no usable id there."""


# Of records that their source still has, by the result of the last run of dbt.
_UNKNOWN = """
select names.name
from {schema}.unresolved_names as names
left join lateral (
    select latest.outcome, latest.answered_at
    from {schema}.lookup_answers as latest
    where latest.normalized_name = names.normalized_name
    order by latest.answered_at desc
    limit 1
) as answer on true
where
    (%(outcome)s::text is null or answer.outcome = %(outcome)s::text)
    and (
        %(days)s::double precision is null
        or answer.answered_at < now() - %(days)s::double precision * interval '1 day'
    )
order by names.records desc, names.normalized_name
"""


@dataclass(frozen=True, kw_only=True)
class AskedName:
    """What became of a name that was to be asked for again.

    outcome is new (it is asked for), open (it was already), known (it has a company, or is known to have none),
    answered (a registry has just answered) or blank (no name that could be looked up). detail is the last answer to a
    new one, the company of a known one, and why for a blank one.
    """

    COLUMNS = ("name", "normalized_name", "request_id", "outcome", "detail")

    name: str
    normalized_name: str | None
    request_id: int | None
    outcome: Literal["new", "open", "known", "answered", "blank"]
    detail: str | None


def unknown_names_by_answer(
    connection: extensions.connection, which: AnswerFilter, *, schema: str, older_than_days: float | None = None
) -> list[str]:
    """Return the unknown names of the records that a filter means, those with the most records first.

    Args:
        connection: an open psycopg2 connection; only read from.
        which: by the last answer to each.
        schema: the schema of the tables.
        older_than_days: only those whose last answer was given so many days ago.

    Raises SchemaNotDeployedError before the first dbt run.

    """
    outcome = None if which is AnswerFilter.ALL_UNKNOWN else which.value.replace("-", "_")
    with read_only_transaction(connection) as cursor:
        cursor.execute(
            sql.SQL(_UNKNOWN).format(schema=sql.Identifier(schema)), {"outcome": outcome, "days": older_than_days}
        )
        return [as_mapping(row, ("name",))["name"] for row in cursor.fetchall()]


def ask_again(
    connection: extensions.connection, names: Iterable[str], *, schema: str, plan_only: bool = False
) -> list[AskedName]:
    """Ask for names again; returns what became of each, in order.

    It ends the answers that would spare asking, takes dead letters of these names for settled, and opens a request for
    each name key. A name that has a company, that nobody can look up or that is asked for already is left. Called
    twice, the second call finds the requests open; two at once come one after the other.

    Args:
        connection: an open psycopg2 connection, in no transaction of the caller's.
        names: in any spelling.
        schema: the schema of the tables.
        plan_only: say the same, and write nothing.

    Raises LookupQueueError, with nothing written, for a name that cannot be stored. Of many names, those of a block are
    asked for together: after an error, what the blocks before it did stays, and the call may be repeated.

    """
    names = list(names)
    try:
        refuse_unusable_names(names)
    except ValueError as error:
        raise LookupQueueError(str(error)) from error
    function = "plan_ask_again" if plan_only else "ask_again"
    transaction = read_only_transaction if plan_only else own_transaction
    asked: list[AskedName] = []
    for start in range(0, len(names), BLOCK):
        with transaction(connection) as cursor:
            cursor.execute(
                sql.SQL("select {columns} from {function}(%s::text[])").format(
                    columns=sql.SQL(", ").join(map(sql.Identifier, AskedName.COLUMNS)),
                    function=sql.Identifier(schema, function),
                ),
                (names[start : start + BLOCK],),
            )
            asked.extend(AskedName(**as_mapping(row, AskedName.COLUMNS)) for row in cursor.fetchall())
    return asked


def names_by_outcome(asked: Sequence[AskedName]) -> dict[str, int]:
    """Return how many names came out how; of one key that was given in several spellings, each counts."""
    return dict(Counter(name.outcome for name in asked))
