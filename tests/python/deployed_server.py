"""A server with a deployed template that several runs of pytest use one after the other.

Deploying takes most of a short run. Where nothing of the dbt project changes between the runs, as with mutants of the
Python package, once is enough.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from company_enrichment.embedded.server import EmbeddedServer
from real_databases import Database, create_database, temporary_server

_VARIABLE = "TESTS_DEPLOYED_SERVER"


@dataclass(frozen=True)
class DeployedServer:
    """A running server in a state directory, and the name of its template."""

    state: Path
    template_name: str

    @property
    def server(self) -> EmbeddedServer:
        """The server."""
        return EmbeddedServer(self.state)

    def template(self, scratch: Path) -> Database:
        """The template, to be copied."""
        return Database(self.server, self.template_name, scratch)

    @property
    def variables(self) -> dict[str, str]:
        """What has a run of pytest use it."""
        return {_VARIABLE: os.pathsep.join((str(self.state), self.template_name))}


def deployed_beforehand() -> DeployedServer | None:
    """The server that this run is to use; None if it has to deploy one itself."""
    named = os.environ.get(_VARIABLE)
    if not named:
        return None
    state, template = named.split(os.pathsep)
    return DeployedServer(Path(state), template)


def deploy_template(server: EmbeddedServer, scratch: Path) -> Database:
    """A database after `dbt seed` and `dbt run`."""
    database = create_database(server, scratch)
    database.dbt("seed")
    database.dbt("run")
    return database


@contextlib.contextmanager
def running_deployed_server() -> Iterator[DeployedServer]:
    """A new server with a deployed template, until the end of the block."""
    with temporary_server() as server, tempfile.TemporaryDirectory() as scratch:
        yield DeployedServer(server.state, deploy_template(server, Path(scratch)).name)
