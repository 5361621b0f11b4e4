"""The lease of a run of dbt that this package has started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg2 import extensions, sql

from company_enrichment.database import own_transaction
from company_enrichment.errors import ConfigurationError, DatabaseError
from company_enrichment.unusable_text import shown, text_fault

_LONGEST_RUN_ID = 200


def run_id_of_environment() -> str | None:
    """Return WDH_RUN_ID, None when it is unset; ConfigurationError for one that the macro check_settings refuses."""
    run_id = os.environ.get("WDH_RUN_ID") or None
    if run_id is not None and (not run_id.strip() or len(run_id) > _LONGEST_RUN_ID or text_fault(run_id)):
        raise ConfigurationError(
            f"WDH_RUN_ID must be a text of 1 to {_LONGEST_RUN_ID} characters, not blank, not {shown(run_id)}."
        )
    return run_id


@contextmanager
def lease_given_back(connection: extensions.connection, schema: str, run_id: str) -> Iterator[None]:
    """Give the lease of an interrupted `dbt run` back, which had no time to do so: it would keep the next run out."""
    try:
        yield
    except BaseException:
        with suppress(DatabaseError):
            end_lease(connection, schema, run_id)
        raise


def end_lease(connection: extensions.connection, schema: str, run_id: str) -> None:
    """End the lease of a run if it still has one; it is marked as failed."""
    with own_transaction(connection) as cursor:
        cursor.execute(
            sql.SQL(
                "update {}.enrichment_runs set lease_until = null, status = 'error'"
                " where run_id = %s and lease_until is not null"
            ).format(sql.Identifier(schema)),
            (run_id,),
        )
