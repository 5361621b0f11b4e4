"""Servers to measure on: the embedded PostgreSQL, and the oldest system PostgreSQL where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import extensions

from company_enrichment.dbt_runner import project_directory
from company_enrichment.embedded_binaries import find_binaries, system_binaries
from company_enrichment.embedded_server import EmbeddedServer


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
        _deploy(server, state)
        connection = psycopg2.connect(**server.connection_parameters)
        connection.autocommit = True
        yield connection
        connection.close()
    finally:
        server.stop()
        shutil.rmtree(state, ignore_errors=True)


def _deploy(server: EmbeddedServer, state: Path) -> None:
    host = quote(str(server.socket_directory), safe="")
    project = str(project_directory())
    subprocess.run(
        [
            *(str(Path(sys.executable).with_name("dbt")), "--quiet", "run-operation", "migrate"),
            *("--project-dir", project, "--profiles-dir", project),
            *("--target-path", str(state / "target"), "--log-path", str(state / "logs")),
        ],
        env={**os.environ, "WDH_DATABASE__URI": f"postgresql://{server.user}@{host}:{server.port}/{server.database}"},
        check=True,
    )
