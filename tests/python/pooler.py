"""PgBouncer in transaction mode in front of a test server: what a session leaves behind, another one finds."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import extensions

from company_enrichment.embedded.binaries import ServerAccount
from company_enrichment.embedded.server import EmbeddedServer
from real_databases import Database

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
_PORT = 6432
_PATIENCE = 30


@dataclass(frozen=True)
class Pooler:
    """A running PgBouncer, by the directory of its socket."""

    directory: Path

    @property
    def pid(self) -> int | None:
        """Its process, once it has said which."""
        try:
            return int((self.directory / "pid").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def connect(self, dbname: str, user: str = "postgres") -> extensions.connection:
        """A new session, as a client of the pooler."""
        return psycopg2.connect(host=str(self.directory), port=_PORT, user=user, dbname=dbname)


@dataclass
class PooledDatabase(Database):
    """A database whose commands reach it through the pooler; what a test looks at, it sees past it."""

    pooler: Pooler = field(kw_only=True)

    @property
    def uri(self) -> str:
        return f"postgresql://{self.user}@{quote(str(self.pooler.directory), safe='')}:{_PORT}/{self.name}"

    def end_sessions(self) -> None:
        """End the server's sessions of the pooler, as a restart of the server does."""
        self.query(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()"
        )


@contextmanager
def running_pooler(server: EmbeddedServer, *, mode: str = "transaction", pool_size: int = 3) -> Iterator[Pooler]:
    """PgBouncer in front of a server for the length of the block.

    It hands its server connections out in turns: two statements of one session that are no transaction are two sessions
    of the server.
    """
    assert PROGRAM is not None
    account = ServerAccount.to_start_with()
    directory = Path(tempfile.mkdtemp(prefix="company-enrichment-pooler-"))
    directory.chmod(0o711)
    os.chown(directory, account.uid, account.gid)
    settings = directory / "pgbouncer.ini"
    settings.write_text(
        f"""
[databases]
* = host={server.socket_directory} port={server.port} user={server.user}

[pgbouncer]
pool_mode = {mode}
default_pool_size = {pool_size}
server_round_robin = 1
auth_type = any
listen_addr =
listen_port = {_PORT}
unix_socket_dir = {directory}
pidfile = {directory}/pid
logfile = {directory}/log
""",
        "utf-8",
    )
    settings.chmod(0o644)
    pooler = Pooler(directory)
    started = account.run([PROGRAM, "-d", settings], cwd=directory, timeout=_PATIENCE)
    try:
        assert started.returncode == 0, started.stderr
        _wait_for(pooler, server.database)
        yield pooler
    finally:
        pid = pooler.pid
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            _wait_for_end(pid)
        shutil.rmtree(directory, ignore_errors=True)


def _wait_for(pooler: Pooler, dbname: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with closing(pooler.connect(dbname)):
                return
        except psycopg2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, f"process {pid} does not end"
        time.sleep(0.05)


@contextmanager
def server_sessions(database: PooledDatabase, how_many: int) -> Iterator[list[extensions.connection]]:
    """As many sessions of the server as the pool has, each held by a transaction of its own."""
    held = []
    try:
        for _ in range(how_many):
            held.append(database.pooler.connect(database.name, database.user))
            with held[-1].cursor() as cursor:
                cursor.execute("select pg_backend_pid()")
        yield held
    finally:
        for connection in held:
            connection.close()
