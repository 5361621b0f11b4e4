"""DuckDB with a PostgreSQL database attached, for the benchmarks that have it as a rival."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

PACKAGES = ("duckdb==1.5.5", "duckdb-extensions==1.5.5", "duckdb-extension-postgres-scanner==1.5.5")
"""What has to be installed; the extension comes as a package, since DuckDB would load it from the network."""


@contextmanager
def attached_duckdb(address: str) -> Iterator[Any]:
    """A connection to a DuckDB in memory; the database at this address is its database `warehouse`.

    ImportError where a package is missing.
    """
    duckdb = import_module("duckdb")
    import_module("duckdb_extensions").import_extension("postgres_scanner")
    with duckdb.connect() as connection:
        connection.execute("load postgres_scanner")
        connection.execute(f"attach '{address}' as warehouse (type postgres)")
        yield connection
