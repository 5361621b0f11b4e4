"""The command ``queue show NAME``: what has been asked and answered of a name, and what its providers fail with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from psycopg2 import extensions, sql
from rich.table import Table

from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.errors import LookupQueueError
from company_enrichment.lookups.provider_check import ProviderTrouble, describe_troubles
from company_enrichment.printable_text import printable, printable_cells

_REQUESTS = """
select
    request.id, request.status, request.attempts, request.last_error, request.created_at,
    case when request.status = 'pending' then request.run_at end as next_try, request.finished_at
from {schema}.lookup_requests as request
where request.normalized_name = {schema}.normalize_company_name(%(name)s)
order by request.id
"""

_ANSWERS = """
select
    answer.answer_id, answer.provider, answer.outcome, answer.company_id,
    coalesce(answer.evidence ->> 'reason', array_to_string(array(
        select jsonb_array_elements_text(answer.evidence -> 'vetoes')
    ), ', ')) as reason,
    answer.answered_at, answer.ended_at
from {schema}.lookup_answers as answer
where answer.normalized_name = {schema}.normalize_company_name(%(name)s)
order by answer.answer_id
"""

_FAULT = "select {schema}.company_name_fault(%(name)s) as fault"


def show_name(connection: extensions.connection, name: str, *, schema: str) -> None:
    """Print the requests and the answers of a name.

    Raises LookupQueueError for one that nobody can look up, and says why.
    """
    with joined_transaction(connection) as cursor:

        def rows(statement: str, columns: tuple[str, ...]) -> list[Any]:
            cursor.execute(sql.SQL(statement).format(schema=sql.Identifier(schema)), {"name": name})
            return [as_mapping(row, columns) for row in cursor.fetchall()]

        [judged] = rows(_FAULT, ("fault",))
        requests = rows(_REQUESTS, ("id", "status", "attempts", "last_error", "created_at", "next_try", "finished_at"))
        answers = rows(
            _ANSWERS, ("answer_id", "provider", "outcome", "company_id", "reason", "answered_at", "ended_at")
        )
    if judged["fault"] is not None:
        raise LookupQueueError(f"{printable(name)} {judged['fault']}: it is never looked up.")
    if not requests and not answers:
        Progress(console).say(printable(f"{name}: nobody has asked for it."))
        return
    for title, found in (("Requests", requests), ("Answers", answers)):
        if found:
            table = Table(*(column.replace("_", " ") for column in found[0]), title=title, title_justify="left")
            for row in found:
                table.add_row(*printable_cells(_cell(value) for value in row.values()))
            console.print(table)


def say_troubles(troubles: Iterable[ProviderTrouble]) -> None:
    """Print what the providers last failed with, a line each."""
    for line in describe_troubles(troubles):
        Progress(console).say(printable(line))


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M:%S %Z}" if hasattr(value, "strftime") else value
