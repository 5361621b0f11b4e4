"""Real servers and real databases for every test that needs one.

Each database is a copy of a template that dbt has deployed once, so that a test starts from the
state after `dbt seed` and `dbt run` within milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from company_enrichment.embedded.binaries import find_binaries, system_binaries
from company_enrichment.embedded.server import EmbeddedServer
from deployed_server import deploy_template, deployed_beforehand
from real_databases import Database, create_database, drop_database, temporary_server

# How long an example takes is the machine's business.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Few and short random histories, and mostly one server, by default; as much as one has time for on request."""
    parser.addoption("--every-server", action="store_true", help="on each server what one server is enough for, too")
    parser.addoption("--histories", type=int, default=1, help="random histories to compare with a rebuild")
    parser.addoption("--steps", type=int, default=20, help="steps of each history")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run on the embedded server alone what is not marked every_server."""
    repeated = {item for item in items if _is_repeated(item, everything=config.getoption("--every-server"))}
    config.hook.pytest_deselected(items=repeated)
    items[:] = [item for item in items if item not in repeated]


def _is_repeated(item: pytest.Item, *, everything: bool) -> bool:
    """Whether an item would show on another server what it shows on the embedded one already."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or callspec.params.get("server") is None:
        return False
    # A test's own mark counts, before its module's.
    marked = next((mark.name for mark in item.iter_markers() if mark.name in ("every_server", "one_server")), None)
    return marked == "one_server" or not (marked or everything)


def _servers() -> list[Any]:
    """The embedded build, and the oldest system PostgreSQL where there is one."""
    servers = [pytest.param(None, id="embedded")]
    embedded = find_binaries()
    others = [binaries for binaries in system_binaries() if binaries != embedded]
    if others:
        servers.append(pytest.param(others[0], id=f"system-{others[0].parent.name}"))
    return servers


@pytest.fixture(scope="session", params=_servers())
def server(request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    """A running server in a state directory of its own, or one that was deployed to beforehand (deployed_server.py)."""
    deployed = deployed_beforehand()
    if deployed is not None and request.param is None:
        yield deployed.server
        return
    with temporary_server(request.param) as running:
        yield running


@pytest.fixture(scope="session")
def deployed_template(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database after `dbt seed` and `dbt run`, without records; to be copied, not used."""
    deployed = deployed_beforehand()
    if deployed is not None and deployed.server.socket_directory == server.socket_directory:
        return deployed.template(tmp_path_factory.mktemp("template"))
    return deploy_template(server, tmp_path_factory.mktemp("template"))


@pytest.fixture
def empty_database(server: EmbeddedServer, tmp_path: Path) -> Iterator[Database]:
    """A database nothing was deployed to."""
    database = create_database(server, tmp_path)
    yield database
    drop_database(database)


@pytest.fixture
def database(deployed_template: Database, tmp_path: Path) -> Iterator[Database]:
    """A database with everything deployed, the sample mappings and registry, and no records."""
    copy = create_database(deployed_template.server, tmp_path, deployed_template.name)
    yield copy
    drop_database(copy)


@pytest.fixture(scope="session")
def main_job(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, str]:
    """A database after `company-enrichment run` on the sample, to be copied, and what the command printed."""
    database = create_database(server, tmp_path_factory.mktemp("main-job"))
    return database, database.cli("run").output


@pytest.fixture
def printed_by_main_job(main_job: tuple[Database, str]) -> str:
    """What `company-enrichment run` printed."""
    return main_job[1]


@pytest.fixture
def finished(main_job: tuple[Database, str], tmp_path: Path) -> Iterator[Database]:
    """A database after the main job."""
    template, _ = main_job
    copy = create_database(template.server, tmp_path, template.name)
    yield copy
    drop_database(copy)


@pytest.fixture
def parsed_beforehand(database: Database) -> None:
    """Have a load of mappings that this process starts find the project parsed."""
    database.parse_beforehand("load-mappings")
