"""What loads of mappings did, as the dbt models have counted it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction

_STATISTICS = {
    "read": "rows_read",
    "inserted": "rows_inserted",
    "updated": "rows_updated",
    "unchanged": "rows_unchanged",
    "rejected": "rows_rejected",
    "conflicts": "rows_conflicting",
    "deleted": "rows_deleted",
    "restored": "rows_restored",
}

_COLUMNS = (*_STATISTICS.values(), "taken_over_from")


class MappingLoadStatistics(TypedDict):
    """What a load did: read = inserted + updated + unchanged + rejected + conflicts.

    conflicts counts the rows that met another company, as company_mapping_conflicts lists them: those that lost, and
    those that took their alias from another source. If there are any of these, taken_over_from counts them by that
    source. deleted counts stored aliases that went away, restored those that came back, both outside that sum. While
    the load waits for dbt (applied is False) only read is known, and the other counts are None.
    """

    load_id: str
    read: int
    inserted: int | None
    updated: int | None
    unchanged: int | None
    rejected: int | None
    conflicts: int | None
    deleted: int | None
    restored: int | None
    applied: bool
    taken_over_from: NotRequired[dict[str, int]]


def read_statistics(cursor: extensions.cursor, schema: sql.Identifier, load_id: str) -> MappingLoadStatistics:
    """Return what the models say of a load; where they do not know it, what was landed."""
    if _is_built(cursor, schema):
        columns = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
        cursor.execute(
            sql.SQL("select {columns} from {schema}.mapping_loads where load_id = %s").format(
                columns=columns, schema=schema
            ),
            (load_id,),
        )
        row = cursor.fetchone()
        if row is not None:
            counts = as_mapping(row, _COLUMNS)
            return planned_statistics(load_id, counts, applied=True)
    cursor.execute(
        sql.SQL(
            "select (select count(*) from {schema}.mapping_records where load_id = %(load_id)s) as rows,"
            " exists (select from {schema}.landed_loads where load_id = %(load_id)s and mode = 'undo') as is_undo"
        ).format(schema=schema),
        {"load_id": load_id},
    )
    landed = as_mapping(cursor.fetchone(), ("rows", "is_undo"))
    # A load without rows has nothing that could be waiting for dbt.
    if landed["rows"] == 0 and not landed["is_undo"]:
        return _counted(load_id, dict.fromkeys(_STATISTICS, 0), applied=True)
    return _counted(load_id, {"read": landed["rows"]}, applied=False)


def planned_statistics(load_id: str, counts: Mapping[str, Any], *, applied: bool) -> MappingLoadStatistics:
    """Return what would be reported of a load with these counts, by the columns of mapping_loads."""
    known = {key: int(counts[column]) for key, column in _STATISTICS.items() if column in counts}
    statistics = _counted(load_id, known, applied=applied)
    if counts.get("taken_over_from"):
        statistics["taken_over_from"] = dict(counts["taken_over_from"])
    return statistics


def _counted(load_id: str, counts: Mapping[str, int], *, applied: bool) -> MappingLoadStatistics:
    return MappingLoadStatistics(
        load_id=load_id,
        read=counts["read"],
        inserted=counts.get("inserted"),
        updated=counts.get("updated"),
        unchanged=counts.get("unchanged"),
        rejected=counts.get("rejected"),
        conflicts=counts.get("conflicts"),
        deleted=counts.get("deleted"),
        restored=counts.get("restored"),
        applied=applied,
    )


def read_mapping_totals(connection: extensions.connection, schema: str) -> dict[str, int] | None:
    """Return how many conflicts are open, and how many rows were ever rejected; None before the models are built."""
    identifier = sql.Identifier(schema)
    with joined_transaction(connection) as cursor:
        if not (
            _is_built(cursor, identifier) and _is_built(cursor, identifier, "company_mapping_conflicts", "is_open")
        ):
            return None
        cursor.execute(
            sql.SQL(
                "select (select count(*) from {schema}.company_mapping_conflicts where is_open) as conflicts,"
                " coalesce(sum(rows_rejected), 0)::bigint as rejected from {schema}.mapping_loads"
            ).format(schema=identifier)
        )
        return dict(as_mapping(cursor.fetchone(), ("conflicts", "rejected")))


def _is_built(
    cursor: extensions.cursor, schema: sql.Identifier, model: str = "mapping_loads", column: str = "load_id"
) -> bool:
    """Return whether a model is there and has a column, which an older version may not have given it."""
    cursor.execute(
        "select exists (select from pg_attribute where attrelid = to_regclass(%s) and attname = %s) as is_built",
        (f"{schema.string}.{model}", column),
    )
    return bool(as_mapping(cursor.fetchone(), ("is_built",))["is_built"])
