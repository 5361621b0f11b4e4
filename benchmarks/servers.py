"""Servers to measure on: the embedded PostgreSQL, and the oldest system PostgreSQL where there is one."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg2
from psycopg2 import extensions, sql

from company_enrichment.dbt_runner import project_directory
from company_enrichment.embedded.binaries import find_binaries, system_binaries
from company_enrichment.embedded.server import EmbeddedServer


@cache
def _dbt() -> ProcessPoolExecutor:
    """One process for all commands, and not that of the benchmark: dbt takes seconds to import, and memory."""
    return ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))


@cache
def _target() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="company-enrichment-benchmark-")


def binaries() -> list[Path | None]:
    """What to start servers from; None is the embedded build."""
    embedded = find_binaries()
    others = [folder for folder in system_binaries() if folder != embedded]
    return [None, *others[:1]]


@contextmanager
def running_server(folder: Path | None, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[EmbeddedServer]:
    """A new server with these settings; gone afterwards."""
    # Not below a private folder: as root, the server runs under another account.
    state = Path(tempfile.mkdtemp(prefix="company-enrichment-benchmark-"))
    state.chmod(0o711)
    server = EmbeddedServer(state, folder)
    try:
        server.start()
        if settings:
            _alter_system(server, settings)
            server.stop()
            server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def deployed_on(server: EmbeddedServer) -> Iterator[extensions.connection]:
    """A connection to the server, on which the project's functions are deployed."""
    connection = psycopg2.connect(**server.connection_parameters)
    connection.autocommit = True
    dbt(connection, "run-operation", "migrate")
    yield connection
    connection.close()


@contextmanager
def deployed_server(
    folder: Path | None, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[extensions.connection]:
    """A connection to a new server with these settings and the project's functions; the server is gone afterwards."""
    with running_server(folder, settings) as server, deployed_on(server) as connection:
        yield connection


def _alter_system(server: EmbeddedServer, settings: Mapping[str, str]) -> None:
    with closing(psycopg2.connect(**server.connection_parameters)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute(sql.SQL("alter system set {} = %s").format(sql.Identifier(name)), (value,))


def address_of(connection: extensions.connection) -> str:
    """The database of a connection as a URI."""
    of = connection.info.dsn_parameters
    return f"postgresql://{of['user']}@{quote(of['host'], safe='')}:{of['port']}/{of['dbname']}"


def missing_packages(packages: tuple[str, ...]) -> list[str]:
    """Those that are not installed."""
    missing = []
    for package in packages:
        try:
            metadata.version(package.partition("==")[0].partition("[")[0])
        except metadata.PackageNotFoundError:
            missing.append(package)
    return missing


def _invoke(arguments: list[str], uri: str) -> None:
    os.environ["WDH_DATABASE__URI"] = uri
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - only in the process that runs it

    done = dbtRunner().invoke(arguments)
    if not done.success:
        raise RuntimeError(f"dbt {' '.join(arguments)} failed: {done.exception or 'see its messages'}")


def dbt_memory() -> float:
    """The most that the process of dbt has ever used, MiB."""
    return _dbt().submit(_peak).result()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def dbt(connection: extensions.connection, *arguments: str, project: Path | None = None) -> dict[str, float]:
    """Run dbt on the database of a connection, ours or another project; returns how many seconds each model took."""
    target = _target_of(project)
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    _dbt().submit(_invoke, _command_line(arguments, project), address_of(connection)).result()
    if not results.exists():
        return {}
    return {
        result["unique_id"].rpartition(".")[2]: result["execution_time"]
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]
    }


def dbt_command(connection: extensions.connection, *arguments: str, project: Path | None = None) -> None:
    """The same in a process of its own, as who types it in runs it."""
    subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), *_command_line(arguments, project)],
        env={**os.environ, "WDH_DATABASE__URI": address_of(connection)},
        check=True,
        stdin=subprocess.DEVNULL,
    )


def _target_of(project: Path | None) -> Path:
    """One folder for all commands of a project: dbt would parse it anew in each."""
    return Path(_target().name, project.name if project else "ours")


def _command_line(arguments: tuple[str, ...], project: Path | None) -> list[str]:
    ours, target = project_directory(), str(_target_of(project))
    return [
        *("--quiet", *arguments, "--project-dir", str(project or ours), "--profiles-dir", str(ours)),
        *("--target-path", target, "--log-path", target),
    ]
