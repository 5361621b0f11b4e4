"""A PostgreSQL of one's own, for trying things out: started, shared, counted and stopped.

One server serves one state directory. It listens on a unix socket in a directory only its own
account can enter, which is why it needs no password. What may be trusted about it:

* it is alive when it answers and names our data directory, never because a pid exists;
* a pid from ``postmaster.pid`` is signalled only while that process works in our data directory;
* users are counted by a lock the kernel drops when they die, however they die.

For root the server runs as another account. Where that account cannot reach the state directory
(a private home), data and socket live in ``/var/lib/company-enrichment/<hash of the state path>``
and ``state/run`` is a link, so that clients need not know.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shlex
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import IO, Any

import psycopg2
from psycopg2 import sql

from company_enrichment import state_directory as paths
from company_enrichment.embedded.binaries import find_binaries, major_version, runnable_binaries
from company_enrichment.embedded.home import SUPERUSER, ServerHome, make_directory
from company_enrichment.errors import ConfigurationError, EmbeddedServerError

logger = logging.getLogger(__name__)

_DATABASE = "company_enrichment"
_MAINTENANCE_DATABASE = "postgres"

# Seconds. Recovery after a crash replays the log before the server answers.
_START_TIMEOUT = 120
_ORPHANS_TIMEOUT = 30
_FAST_STOP_TIMEOUT = 60
_IMMEDIATE_STOP_TIMEOUT = 10
_POLL_INTERVAL = 0.05


class _Answer(Enum):
    """What comes back from the socket."""

    OURS = "a server on our data directory"
    FOREIGN = "a server on another data directory"
    NOT_YET = "a server that is starting or stopping"
    NOTHING = "nothing"


class EmbeddedServer:
    """The PostgreSQL server of one state directory.

    ``state`` is made absolute and need not exist; ``binaries`` is a directory with initdb, pg_ctl
    and postgres, see :func:`~company_enrichment.embedded.binaries.find_binaries` for the default.
    Nothing happens on disk before :meth:`start` or :meth:`in_use`. Every process makes its own
    object; any number of them may be used at once.
    """

    def __init__(self, state: Path, binaries: Path | None = None) -> None:
        self._state = state.absolute()
        self._binaries = binaries
        if "," in str(self.socket_directory):
            # libpq splits host at commas and has no way to quote one.
            raise ConfigurationError(f"no comma is possible in the path of the state directory: {state}")

    @property
    def state(self) -> Path:
        """The state directory: whoever has it can name the same server."""
        return self._state

    @property
    def socket_directory(self) -> Path:
        """The directory clients give as ``host``."""
        return paths.socket_directory(self._state)

    @property
    def port(self) -> int:
        """The port, which only names the socket's file: the server does not listen on TCP."""
        return paths.PORT

    @property
    def user(self) -> str:
        """The role to connect as, a superuser."""
        return SUPERUSER

    @property
    def database(self) -> str:
        """The database made for this package."""
        return _DATABASE

    @property
    def log_file(self) -> Path:
        """The server's log, which need not exist yet."""
        return self._home().log_file

    @property
    def has_data(self) -> bool:
        """Whether a first start has made the data directory."""
        return (self._home().data / "PG_VERSION").is_file()

    @property
    def connection_parameters(self) -> dict[str, Any]:
        """What ``psycopg2.connect(**parameters)`` needs to reach :attr:`database`."""
        return {
            "host": str(self.socket_directory),
            "port": self.port,
            "user": self.user,
            "dbname": self.database,
        }

    def start(self) -> None:
        """Have a server that answers and runs until :meth:`stop`; a running one is kept.

        The first start makes the data directory and the database.

        Raises EmbeddedServerError when there is no PostgreSQL, when its version is not the data
        directory's, or when the server does not come up: the last lines of its log are quoted.
        """
        with self._exclusive():
            self._ensure_running()
            self._keep_marker.touch(mode=0o600)

    def stop(self) -> bool:
        """End the server, whoever uses it: True when there was one, False when none ran.

        All its processes are gone on return. Raises EmbeddedServerError when they would not end.
        """
        if not self._state.is_dir():
            return False
        with self._exclusive():
            self._keep_marker.unlink(missing_ok=True)
            return self._end_processes()

    def is_running(self) -> bool:
        """Whether a server answers here and serves our data directory.

        Raises EmbeddedServerError when it answers and turns us away, with too many clients say:
        neither True nor False would be right.
        """
        return self._ask() is _Answer.OURS

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """A running server for the length of a ``with`` block.

        The last user out stops it, unless :meth:`start` was called for it. A user that is killed
        no longer counts; what it leaves running is stopped by the next last user, or :meth:`stop`.

        Raises EmbeddedServerError as :meth:`start` does.
        """
        with self._open_lock_file(".users") as users:
            with self._exclusive():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._ensure_running()
            try:
                yield
            finally:
                with self._exclusive():
                    # Closing alone would leave the lock to a child forked meanwhile.
                    fcntl.flock(users, fcntl.LOCK_UN)
                    self._stop_if_unused(users)

    @property
    def _keep_marker(self) -> Path:
        return self._state / ".keep"

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Starts and stops one after the other, across processes and threads."""
        with self._open_lock_file(".lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            except OSError as error:
                raise EmbeddedServerError(f"the embedded server of {self._state}: {error}") from error

    def _open_lock_file(self, name: str) -> IO[bytes]:
        try:
            make_directory(self._state)
            # Close-on-exec: a server that inherited a lock file would hold its lock for ever.
            descriptor = os.open(self._state / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            lock_file = os.fdopen(descriptor, "ab")
            if os.fstat(descriptor).st_uid == os.geteuid():
                os.fchmod(descriptor, 0o600)
        except OSError as error:
            raise EmbeddedServerError(f"the state directory {self._state} cannot be used: {error}") from error
        return lock_file

    def _stop_if_unused(self, users: IO[bytes]) -> None:
        if self._keep_marker.exists():
            return
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._end_processes()

    def _home(self) -> ServerHome:
        return ServerHome.of(self._state)

    def _connect(self, database: str, **options: Any) -> Any:
        return psycopg2.connect(**self.connection_parameters | {"dbname": database} | options)

    def _ask(self) -> _Answer:
        """What answers at the socket; raises EmbeddedServerError when it turns us away."""
        try:
            with closing(self._connect(_MAINTENANCE_DATABASE, connect_timeout=5)) as connection:
                cursor = connection.cursor()
                cursor.execute("show data_directory")
                [(data,)] = cursor.fetchall()
        except psycopg2.OperationalError as error:
            # libpq gives no SQLSTATE here; a cluster of ours speaks English (lc_messages=C).
            text = str(error).strip()
            if "the database system is" in text:
                return _Answer.NOT_YET
            if "FATAL:" in text and "terminating connection" not in text:
                raise EmbeddedServerError(f"the embedded server turns us away: {text}") from error
            return _Answer.NOTHING
        return _Answer.OURS if Path(data).resolve() == self._home().data.resolve() else _Answer.FOREIGN

    def _ensure_running(self) -> None:
        began = time.monotonic()
        while (answer := self._ask()) is not _Answer.OURS:
            home = self._home()
            if answer is _Answer.FOREIGN:
                raise EmbeddedServerError(f"the server at {self.socket_directory} does not serve {home.data}")
            processes = home.processes()
            if answer is _Answer.NOTHING and not processes:
                self._launch(home)
                break
            if time.monotonic() - began > (_START_TIMEOUT if answer is _Answer.NOT_YET else _ORPHANS_TIMEOUT):
                raise EmbeddedServerError(
                    f"no server answers at {self.socket_directory}, yet {_listed(processes)} works in"
                    f" {home.data}: end it, then start again.{home.last_log_lines()}"
                )
            time.sleep(_POLL_INTERVAL)
        try:
            self._create_database()
        except psycopg2.Error as error:
            raise EmbeddedServerError(f"database {self.database} cannot be created: {error}") from error

    def _launch(self, home: ServerHome) -> None:
        """Start a server; nothing works in the data directory, and the lock is held."""
        home.make_directory()
        binaries = runnable_binaries(find_binaries(self._binaries), home.account, home.directory)
        version = major_version(binaries, home.account)
        if not home.data.is_dir():
            home.initialise(binaries, version)
        _require_version(home, binaries, version)
        sockets = home.make_socket_directory()
        home.clear_leftovers(sockets)
        log_size = home.make_log_file()

        quoted_sockets = str(sockets).replace('"', '""')
        options = (
            *("-c", f'unix_socket_directories="{quoted_sockets}"'),
            *("-c", "listen_addresses="),
            *("-c", f"port={self.port}"),
        )
        # Names relative to cwd: pg_ctl hands them to a shell between double quotes.
        answer = home.account.run(
            [binaries / "pg_ctl", "start", "-D", home.data.name, "-l", home.log_file.name,
             "-w", "-t", str(_START_TIMEOUT), "-o", shlex.join(options)],
            cwd=home.directory,
            timeout=_START_TIMEOUT + 30,
        )  # fmt: skip
        if answer.returncode != 0 or self._ask() is not _Answer.OURS:
            raise EmbeddedServerError(
                f"PostgreSQL {version} did not start on {home.data}:"
                f" {answer.stderr.strip()}{home.last_log_lines(since=log_size)}"
            )
        logger.info("started PostgreSQL %s on %s", version, home.data)

    def _create_database(self) -> None:
        with closing(self._connect(_MAINTENANCE_DATABASE)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("select from pg_catalog.pg_database where datname = %s", (self.database,))
            if cursor.rowcount == 0:
                cursor.execute(sql.SQL("create database {}").format(sql.Identifier(self.database)))

    def _end_processes(self) -> bool:
        home = self._home()
        processes = home.server_processes()
        if not processes:
            if self.is_running():
                raise EmbeddedServerError(
                    f"the server at {self.socket_directory} runs out of this process's sight, in another"
                    " container perhaps: stop it there"
                )
            return False
        # Where the postmaster was killed its orphans are left; to them SIGINT means "give up your query".
        postmaster = home.postmaster()
        _signal([postmaster] if postmaster else processes, signal.SIGINT)
        if not _wait_until(lambda: not home.server_processes(), _FAST_STOP_TIMEOUT):
            _signal(home.server_processes(), signal.SIGQUIT)
            if not _wait_until(lambda: not home.server_processes(), _IMMEDIATE_STOP_TIMEOUT):
                raise EmbeddedServerError(
                    f"{_listed(home.processes())} works in {home.data} and does not end.{home.last_log_lines()}"
                )
        logger.info("stopped the server of %s", home.data)
        return True


def _require_version(home: ServerHome, binaries: Path, version: int) -> None:
    made_by = (home.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != str(version):
        raise EmbeddedServerError(
            f"{home.data} was made by PostgreSQL {made_by}, and {binaries} is PostgreSQL {version}:"
            f" set WDH_PG_BIN to a PostgreSQL {made_by}, or WDH_STATE_DIR to a new directory"
        )


def _signal(processes: list[int], number: signal.Signals) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _wait_until(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_INTERVAL)
    return True


def _listed(processes: dict[int, str]) -> str:
    return ", ".join(f"process {pid} ({name})" for pid, name in processes.items()) or "a process out of sight"
