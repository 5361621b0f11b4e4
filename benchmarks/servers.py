"""Servers to measure on: the embedded PostgreSQL, and the oldest system PostgreSQL where there is one."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import extensions

from company_enrichment.dbt_runner import project_directory
from company_enrichment.embedded_binaries import find_binaries, system_binaries
from company_enrichment.embedded_server import EmbeddedServer

# One process for all commands, and not that of the benchmark: dbt takes seconds to import, and memory.
_dbt = ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))
_target = tempfile.TemporaryDirectory(prefix="company-enrichment-benchmark-")


def binaries() -> list[Path | None]:
    """What to start servers from; None is the embedded build."""
    embedded = find_binaries()
    others = [folder for folder in system_binaries() if folder != embedded]
    return [None, *others[:1]]


@contextmanager
def deployed_server(folder: Path | None) -> Iterator[extensions.connection]:
    """A connection to a new server on which the project's functions are deployed; gone afterwards."""
    # Not below a private folder: as root, the server runs under another account.
    state = Path(tempfile.mkdtemp(prefix="company-enrichment-benchmark-"))
    state.chmod(0o711)
    server = EmbeddedServer(state, folder)
    try:
        server.start()
        connection = psycopg2.connect(**server.connection_parameters)
        connection.autocommit = True
        dbt(connection, "run-operation", "migrate")
        yield connection
        connection.close()
    finally:
        server.stop()
        shutil.rmtree(state, ignore_errors=True)


def _invoke(arguments: list[str], uri: str) -> None:
    os.environ["WDH_DATABASE__URI"] = uri
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - only in the process that runs it

    done = dbtRunner().invoke(arguments)
    if not done.success:
        raise RuntimeError(f"dbt {' '.join(arguments)} failed: {done.exception or 'see its messages'}")


def dbt(connection: extensions.connection, *arguments: str, project: Path | None = None) -> dict[str, float]:
    """Run dbt on the database of a connection, ours or another project; returns how many seconds each model took."""
    address = connection.info.dsn_parameters
    host = quote(address["host"], safe="")
    ours = project_directory()
    # One folder for all commands of a project: dbt would parse it anew in each.
    target = Path(_target.name, project.name if project else "ours")
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    _dbt.submit(
        _invoke,
        [
            *("--quiet", *arguments, "--project-dir", str(project or ours), "--profiles-dir", str(ours)),
            *("--target-path", str(target), "--log-path", str(target)),
        ],
        f"postgresql://{address['user']}@{host}:{address['port']}/{address['dbname']}",
    ).result()
    if not results.exists():
        return {}
    return {
        result["unique_id"].rpartition(".")[2]: result["execution_time"]
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]
    }
