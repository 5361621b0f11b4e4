"""Databases of real servers, and the ways to work on them: SQL, plain dbt, the command line."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
from psycopg2 import extensions, sql

from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.mappings.load import WAIT_SECONDS
from dbt_commands import DbtCommand, Outcome, leave_parsed_project

REPOSITORY = Path(__file__).resolve().parents[2]
SCHEMA = "enterprise"
# The folders in which commands of the package have dbt keep the parsed project, and the vars that they give it.
_FOLDERS_OF_DBT = {
    "run": ("dbt", "{}"),
    "load-mappings": ("dbt-mapping-loads", json.dumps({"run_wait_seconds": WAIT_SECONDS})),
}
_numbers = itertools.count(1)


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment of a child process, without any setting of the person who runs the tests."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("WDH_", "DBT_", "PG"))}
    return {**inherited, "PYTHONPATH": str(REPOSITORY / "python"), **variables}


def run_command(
    command: list[str], environment: Mapping[str, str], *, directory: Path = REPOSITORY, check: bool = True
) -> Outcome:
    """Run a child process to its end, standard error into standard output."""
    done = subprocess.run(
        command,
        env=dict(environment),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if check:
        assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
    return Outcome(done.returncode, done.stdout)


@dataclass
class Database:
    """One database of one server, and the ways to work on it."""

    server: EmbeddedServer
    name: str
    scratch: Path
    user: str = "postgres"
    password: str = ""
    project: Path = REPOSITORY
    sample: str = "true"
    connections: list[extensions.connection] = field(default_factory=list)

    @property
    def uri(self) -> str:
        login = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        host = quote(str(self.server.socket_directory), safe="")
        return f"postgresql://{login}@{host}:{self.server.port}/{self.name}"

    @property
    def environment(self) -> dict[str, str]:
        return clean_environment(WDH_DATABASE__URI=self.uri, WDH_STATE_DIR=str(self.scratch), WDH_SAMPLE=self.sample)

    def connect(self) -> extensions.connection:
        """A new connection, closed when the test ends."""
        connection = psycopg2.connect(
            host=str(self.server.socket_directory),
            port=self.server.port,
            user=self.user,
            password=self.password,
            dbname=self.name,
        )
        self.connections.append(connection)
        return connection

    def settle_statistics(self) -> None:
        """Have every session that has written report it: idle ones take up to ten seconds otherwise."""
        still_open = [connection for connection in self.connections if not connection.closed]
        for connection in still_open:
            with connection.cursor() as cursor:
                cursor.execute("select pg_stat_force_next_flush()")
            connection.commit()
        sessions = (
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and backend_type = 'client backend'"
        )
        deadline = time.monotonic() + 60
        # Closed ones report when they end, which is a moment later.
        while self.value(sessions) > len(still_open) + 1:
            assert time.monotonic() < deadline, "sessions of closed connections do not end"

    def query(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """The rows of one statement, committed, on a connection of its own; tables found by search_path."""
        with closing(self.connect()) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"set search_path = {SCHEMA}, public")
                cursor.execute(statement, parameters)
                return list(cursor.fetchall()) if cursor.description else []

    def value(self, statement: str, parameters: Any = None) -> Any:
        """The only value of the only row."""
        [[value]] = self.query(statement, parameters)
        return value

    def dbt(self, *arguments: str, check: bool = True, **variables: str) -> Outcome:
        """Run plain dbt in the folder of the project."""
        done = self.start_dbt(*arguments, **variables).outcome()
        assert not check or done.code == 0, f"dbt {' '.join(arguments)} ended with {done.code}:\n{done.output}"
        return done

    def run_tables(self) -> Outcome:
        """What `dbt run` does to the data: it builds all but the views, which a copy of a deployed database has."""
        return self.dbt("run", "--select", "config.materialized:incremental")

    def start_dbt(self, *arguments: str, **variables: str) -> DbtCommand:
        """Begin a command of plain dbt in the folder of the project."""
        # Writing what no test reads takes a tenth of a command.
        settings = {
            "DBT_TARGET_PATH": str(self.scratch / "target"),
            "DBT_LOG_PATH": str(self.scratch / "logs"),
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_WRITE_JSON": "true" if arguments[0] in ("compile", "docs") else "false",
        }
        return DbtCommand(["--no-use-colors", *arguments], {**self.environment, **settings, **variables}, self.project)

    def operation(self, name: str, arguments: Mapping[str, Any], *, check: bool = True) -> Outcome:
        """Run one operation of dbt."""
        return self.dbt("run-operation", name, "--args", json.dumps(arguments, ensure_ascii=False), check=check)

    def parse_beforehand(self, command: str) -> None:
        """Have dbt, where a command of the package starts it, find the project parsed, as any but the first time."""
        folder, variables = _FOLDERS_OF_DBT[command]
        if not (self.scratch / folder / "target").exists():
            leave_parsed_project(self.environment, self.project, self.scratch / folder / "target", variables)

    def cli(self, *arguments: str, check: bool = True, **variables: str) -> Outcome:
        """Run the command company-enrichment."""
        if arguments and arguments[0] in _FOLDERS_OF_DBT:
            self.parse_beforehand(arguments[0])
        return run_command(
            [sys.executable, "-m", "company_enrichment", *arguments],
            {**self.environment, **variables},
            check=check,
        )


def _administer(server: EmbeddedServer, statement: sql.Composable) -> None:
    with closing(psycopg2.connect(**server.connection_parameters)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def spare_the_disk(server: EmbeddedServer) -> None:
    """Have a server not wait for its disk, which matters only when the machine fails: each drop of a database would."""
    for setting in ("fsync", "full_page_writes"):
        _administer(server, sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
    _administer(server, sql.SQL("select pg_reload_conf()"))


@contextmanager
def temporary_server(binaries: Path | None = None) -> Iterator[EmbeddedServer]:
    """A running server in a state directory of its own, gone afterwards."""
    # Not tmp_path: pytest makes it 0700, and as root the server runs under another account.
    state = Path(tempfile.mkdtemp(prefix="company-enrichment-tests-"))
    state.chmod(0o711)
    running = EmbeddedServer(state, binaries)
    running.start()
    try:
        spare_the_disk(running)
        yield running
    finally:
        running.stop()
        shutil.rmtree(state, ignore_errors=True)


def create_database(
    server: EmbeddedServer, scratch: Path, template: str | None = None, name: str | None = None
) -> Database:
    """A new database, empty or a copy of a template."""
    # Several runs of pytest may use one server.
    name = name or f"test_{os.getpid()}_{next(_numbers)}"
    _administer(
        server,
        # The files as they are: writing them to the log as well is for servers that are not to be checkpointed.
        sql.SQL("create database {} template {} strategy file_copy").format(
            sql.Identifier(name), sql.Identifier(template or "template1")
        ),
    )
    return Database(server, name, scratch)


def drop_database(database: Database) -> None:
    """Drop a database and whatever still is connected to it."""
    for connection in database.connections:
        connection.close()
    _administer(
        database.server,
        sql.SQL("drop database {} with (force)").format(sql.Identifier(database.name)),
    )
