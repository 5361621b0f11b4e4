"""The made-up warehouse of the batch benchmarks (data.sql), and the models that resolve it."""

from __future__ import annotations

from pathlib import Path

from psycopg2 import extensions

from servers import dbt

SETTINGS = {
    # A quarter of the memory of a small server; the default of 128 MB holds none of the tables.
    "shared_buffers": "2GB",
    # Sorts and hash tables of a batch stay in memory; the default of 4 MB is for hundreds of sessions at once.
    "work_mem": "256MB",
    # The same for building indexes.
    "maintenance_work_mem": "1GB",
    # Room for a load of millions of rows between two checkpoints; by default they follow each other within seconds.
    "max_wal_size": "16GB",
}
"""What a warehouse's server would be set to; the same for everyone."""
RECORD_MODELS = ("customer_record_keys", "company_resolution")
"""The models that write a row for each record."""


def execute(connection: extensions.connection, statement: str, parameters: tuple[object, ...] = ()) -> int:
    """Run a statement; returns the number in the first row, or of the rows that were written."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        if cursor.description is None:
            return cursor.rowcount
        [[number]] = cursor.fetchmany(1)
        return int(number)


def create(connection: extensions.connection) -> None:
    """The functions that make aliases and records, and empty models."""
    execute(connection, Path(__file__).with_name("data.sql").read_text(encoding="utf-8"))
    dbt(connection, "run")


def add_aliases(connection: extensions.connection, first: int, last: int) -> None:
    """Put aliases into company_mapping as a load of them would (what loads cost: mapping_loads.py)."""
    execute(
        connection,
        "insert into enterprise.company_mapping (alias_name, match_type, alias_text, company_id, named_company_id,"
        " source, load_id, line_no, updated_at, key_version)"
        " select enterprise.mapping_alias_name(match_type, alias_text), match_type, alias_text, company_id, company_id,"
        " 'benchmark', 'benchmark', 1, now(), enterprise.company_name_key_version()"
        " from benchmark.aliases(%s, %s)",
        (first, last),
    )


def land_aliases(connection: extensions.connection, first: int, last: int) -> None:
    """Land aliases as a load, for the next run to decide."""
    execute(
        connection,
        "insert into enterprise.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " select 'history', row_number() over (), 'benchmark', match_type, alias_text, company_id"
        " from benchmark.aliases(%s, %s)",
        (first, last),
    )


def add_records(connection: extensions.connection, first: int, last: int, aliases: int) -> None:
    """Land records that name companies of so many aliases."""
    execute(
        connection,
        "insert into enterprise.customer_records (record_id, source_system, plan_code, account_number, customer_name,"
        " account_name) select record_id, 'benchmark', plan_code, account_number, customer_name, account_name"
        " from benchmark.records(%s, %s, %s)",
        (first, last, aliases),
    )


def vacuum(connection: extensions.connection) -> None:
    """What autovacuum would have done by the next day."""
    execute(connection, "vacuum analyze")
    execute(connection, "checkpoint")
