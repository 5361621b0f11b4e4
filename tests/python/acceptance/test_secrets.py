"""The database password reaches no output, no file and no list of processes, whether a run succeeds or fails."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from real_databases import Database, run_command

pytestmark = pytest.mark.one_server

PASSWORD = "Pa55-w0rd-that-nobody-may-see"


# Mappings are loaded with a connection of the caller's: its password must reach dbt.
LOAD = """
import os
from company_enrichment import load_company_mappings
loaded = load_company_mappings([("plan", "P-1", "A")], os.environ.pop("WDH_DATABASE__URI"))
print("applied" if loaded["applied"] else loaded)
"""


@contextmanager
def process_arguments() -> Iterator[set[bytes]]:
    """The arguments of every process seen while the block runs."""
    seen: set[bytes] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.02):
            for arguments in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(arguments.read_bytes())
                except OSError:
                    continue

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def files_that_hold(folder: Path, secret: str) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]


def test_the_password_shows_nowhere(empty_database: Database) -> None:
    database = replace(empty_database, password=PASSWORD, connections=empty_database.connections)
    assert PASSWORD in database.uri
    broken = {"WDH_DATABASE__URI": database.uri.replace(database.name, "no_such_database")}
    unreachable = {"WDH_DATABASE__URI": f"postgresql://postgres:{PASSWORD}@127.0.0.1:1/db"}
    malformed = {"WDH_DATABASE__URI": f"postgresql://postgres:{PASSWORD}@host/db?nonsense=1"}
    files = {"DBT_LOG_LEVEL_FILE": "debug", "DBT_WRITE_JSON": "true"}
    with process_arguments() as seen:
        outputs = [
            database.cli("run", WDH_LOG_LEVEL="DEBUG").output,
            database.dbt("--debug", "run", check=True, **files).output,
            database.cli("status").output,
            database.cli("db", "url").output,
            run_command([sys.executable, "-c", LOAD], {**database.environment, "WDH_LOG_LEVEL": "DEBUG"}).output,
            database.cli("db", "psql", "-c", "select 1").output,
            database.dbt("--debug", "run", "--vars", "{match_types: [{match_type: '!'}]}", check=False, **files).output,
            *(database.dbt("run", check=False, **files, **variables).output for variables in (broken, unreachable)),
            *(
                database.cli(command, check=False, **variables).output
                for command, variables in (("run", broken), ("run", unreachable), ("status", malformed))
            ),
        ]
    assert len(seen) > 10
    assert "applied\n" in outputs
    assert [output for output in outputs if PASSWORD in output] == []
    assert [arguments for arguments in seen if PASSWORD.encode() in arguments] == []
    assert any(database.scratch.rglob("*.log")) and any(database.scratch.rglob("manifest.json"))
    assert files_that_hold(database.scratch, PASSWORD) == []
