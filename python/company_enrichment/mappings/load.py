"""Loads of mappings from Python: landed in one transaction, then decided by dbt, which counts what each row did.

A load is known by its id: landing the same id again writes nothing. What a load does is decided by the dbt models
alone; nothing here repeats their rules, and the statistics are those that they have stored.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from psycopg2 import sql

from company_enrichment.address import ConnectionSource
from company_enrichment.database import whole_transaction
from company_enrichment.dbt_runner import project_directory, run_dbt
from company_enrichment.errors import (
    CompanyEnrichmentError,
    ConfigurationError,
    DbtError,
    DbtNotInstalledError,
    RunAtWorkError,
)
from company_enrichment.mappings.landing import LoadRequest, land_mappings, land_undo
from company_enrichment.mappings.plan import plan_mappings, plan_undo
from company_enrichment.mappings.statistics import MappingLoadStatistics, read_statistics
from company_enrichment.mappings.target import MappingDatabase
from company_enrichment.run_lease import end_lease, run_id_of_environment

logger = logging.getLogger(__name__)

WAIT_SECONDS = 600
"""How long a load waits for a run of dbt at work, unless the caller says otherwise."""
LONGEST_WAIT_SECONDS = 86_400
"""What the var run_wait_seconds may be at most."""

# What a load needs to be applied and its outcome to be looked at. No records are resolved: the next run does that.
_SELECTED = "+mapping_loads +company_mapping +company_mapping_history company_mapping_conflicts mapping_rejects"


def load_company_mappings(
    mappings: Iterable[Any],
    connection: ConnectionSource = None,
    mode: str = "append",
    *,
    source: str = "python",
    load_id: str | None = None,
    schema: str | None = None,
    apply: bool = True,
    strict: bool = False,
    wait_seconds: int = WAIT_SECONDS,
    content_hash: str | None = None,
    plan_only: bool = False,
) -> MappingLoadStatistics:
    """Land mappings as one load, have dbt apply it, and return what it did.

    The load is landed whole or not at all, in one transaction. It is safe from then on: where dbt is not installed, or
    another run is at work for longer than wait_seconds, the result says ``applied`` False, and the next `dbt run`
    applies it. The records that the aliases concern are resolved by the next `dbt run` of the whole project.

    Args:
        mappings: any iterable, read once and in small pieces: (match_type, alias, company_id), dictionaries with
            these names (alias_name and canonical_id will do), or CompanyMappingRecord.
        connection: an open psycopg2 connection outside a transaction, a DSN, what returns a new connection, or None
            for the database that is configured.
        mode: append (what is stored wins), merge (what is stored is updated), delete_insert (the loaded keys are
            replaced), replace_source (the load is everything its source says: its other aliases are retired).
        source: whose word the mappings are. A load changes only what its own source says of an alias.
        load_id: names the load. The same id again writes nothing and returns what the first one did. A new one
            when None.
        schema: the schema of the tables; the setting WDH_DATABASE__SCHEMA when None.
        apply: False only lands the rows.
        strict: refuse the whole load when one of its rows cannot be used.
        wait_seconds: how long to wait for a run of dbt that is at work.
        content_hash: says what the load consists of. Without a load_id nothing is landed when the last load of the
            source had the same mode and content_hash; what that one did is returned.
        plan_only: write nothing, and return what would be returned otherwise. The rows are held in memory.

    Raises, with nothing landed, ConfigurationError for an unknown mode, MappingRowError for a row that is no mapping,
    RejectedRowsError when strict, and when no row of a load with the mode replace_source can be used, MappingLoadError
    for an empty load that would retire its whole source, and
    OpenTransactionError inside a transaction of the caller's. Raises DbtError when the load is landed but dbt failed.

    """
    database = MappingDatabase(connection, schema=schema)
    request = LoadRequest(source=source, mode=mode, load_id=load_id, content_hash=content_hash, strict=strict)
    check_before_landing(apply=apply, wait_seconds=wait_seconds)
    with database.in_use():
        if plan_only:
            return plan_mappings(database, mappings, request, apply=apply)[1]
        landed = land_mappings(database, mappings, request)
        return outcome_of_load(database, landed.load_id, apply=apply, wait_seconds=wait_seconds)


def undo_mapping_load(
    load_id: str,
    connection: ConnectionSource = None,
    *,
    schema: str | None = None,
    apply: bool = True,
    wait_seconds: int = WAIT_SECONDS,
    plan_only: bool = False,
) -> MappingLoadStatistics:
    """Take a load back, and return what that did; taking it back twice does nothing more.

    What other loads have said since stays. The undo is itself a load, ``undo:`` and the id; see
    :func:`load_company_mappings` for the arguments and for what happens when dbt cannot apply it now.

    Raises MappingLoadError, with nothing written, when there is no such load, when it is itself an undo, or when dbt
    has not applied it yet.
    """
    database = MappingDatabase(connection, schema=schema)
    check_before_landing(apply=apply, wait_seconds=wait_seconds)
    with database.in_use():
        if plan_only:
            return plan_undo(database, load_id, apply=apply)[1]
        landed = land_undo(database, load_id)
        return outcome_of_load(database, landed.load_id, apply=apply, wait_seconds=wait_seconds)


def check_before_landing(*, apply: bool, wait_seconds: int) -> None:
    """Find out what would keep dbt from applying a load; raises ConfigurationError, better before it is landed."""
    if not isinstance(wait_seconds, int) or not 0 <= wait_seconds <= LONGEST_WAIT_SECONDS:
        raise ConfigurationError(
            f"wait_seconds must be a whole number from 0 to {LONGEST_WAIT_SECONDS}, not {wait_seconds!r}."
        )
    run_id_of_environment()
    if apply:
        project_directory()


def outcome_of_load(
    database: MappingDatabase,
    load_id: str,
    *,
    apply: bool = True,
    wait_seconds: int = WAIT_SECONDS,
    on_node: Callable[[int, int], None] | None = None,
) -> MappingLoadStatistics:
    """Return what a landed load did; has dbt apply it before when it waits for that and apply is True.

    Raises DbtError that says that the load is landed when dbt fails.
    """
    schema = sql.Identifier(database.schema)
    with database.connected() as connection:
        with whole_transaction(connection) as cursor:
            statistics = read_statistics(cursor, schema, load_id)
        if statistics["applied"] or not apply:
            return statistics
        variables = database.dbt_variables(connection)
    try:
        _apply(database, variables, wait_seconds, on_node)
    except (RunAtWorkError, DbtNotInstalledError) as reason:
        logger.warning(
            "A load of mappings waits for the next dbt run", extra={"load_id": load_id, "reason": type(reason).__name__}
        )
    except DbtError as error:
        raise DbtError(
            f"Load {load_id} is landed, and the next `dbt run` applies it. This one failed: {error}"
        ) from error
    # A connection that was idle while dbt ran may be gone, where it is not the caller's.
    with database.connected() as connection, whole_transaction(connection) as cursor:
        return read_statistics(cursor, schema, load_id)


def _apply(
    database: MappingDatabase,
    variables: Mapping[str, str],
    wait_seconds: int,
    on_node: Callable[[int, int], None] | None,
) -> None:
    run_id = run_id_of_environment() or str(uuid.uuid4())
    try:
        run_dbt(
            ["run", "--select", *_SELECTED.split(), "--vars", json.dumps({"run_wait_seconds": wait_seconds})],
            run_id=run_id,
            on_node=on_node,
            variables=variables,
            folder="dbt-mapping-loads",
        )
    except (RunAtWorkError, DbtNotInstalledError):
        # This run has no lease that could be given back.
        raise
    except BaseException:
        with suppress(CompanyEnrichmentError), database.connected() as connection:
            end_lease(connection, database.schema, run_id)
        raise
