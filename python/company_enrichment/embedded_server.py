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
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Any

import psycopg2
from psycopg2 import sql

from company_enrichment import state_directory as paths
from company_enrichment.embedded_binaries import (
    ServerAccount,
    find_binaries,
    major_version,
    runnable_binaries,
)
from company_enrichment.errors import ConfigurationError, EmbeddedServerError

logger = logging.getLogger(__name__)

_SYSTEM_HOME = Path("/var/lib/company-enrichment")
_USER = "postgres"
_DATABASE = "company_enrichment"
_MAINTENANCE_DATABASE = "postgres"

# Seconds. Recovery after a crash replays the log before the server answers.
_START_TIMEOUT = 120
_INITDB_TIMEOUT = 300
_ORPHANS_TIMEOUT = 30
_FAST_STOP_TIMEOUT = 60
_IMMEDIATE_STOP_TIMEOUT = 10
_POLL_INTERVAL = 0.05

_LOG_LINES_QUOTED = 15
_FIRST_WITH_BUILTIN_LOCALE = 17
# pg_trgm and lower() need a UTF-8 lc_ctype; systems spell its name differently.
_UTF8_CTYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
_SERVER_PROGRAMS = ("postgres", "postmaster")


class _Answer(Enum):
    """What comes back from the socket."""

    OURS = "a server on our data directory"
    FOREIGN = "a server on another data directory"
    NOT_YET = "a server that is starting or stopping"
    NOTHING = "nothing"


@dataclass(frozen=True)
class _Home:
    """Where a server's files are, and the account they belong to."""

    directory: Path
    account: ServerAccount

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log_file(self) -> Path:
        return self.directory / "server.log"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def processes(self) -> dict[int, str]:
        """Whatever works in the data directory, orphaned backends and a visitor's shell included."""
        return self.account.processes_in(self.data) if self.data.is_dir() else {}

    def server_processes(self) -> list[int]:
        """PostgreSQL's processes among them."""
        return [pid for pid, name in self.processes().items() if name in _SERVER_PROGRAMS]


class EmbeddedServer:
    """The PostgreSQL server of one state directory.

    ``state`` is made absolute and need not exist; ``binaries`` is a directory with initdb, pg_ctl
    and postgres, see :func:`~company_enrichment.embedded_binaries.find_binaries` for the default.
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
        return _USER

    @property
    def database(self) -> str:
        """The database made for this package."""
        return _DATABASE

    @property
    def log_file(self) -> Path:
        """The server's log, which need not exist yet."""
        return self._home().log_file

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
        # Python opens files close-on-exec: a server that inherited one would hold its lock for ever.
        try:
            self._make_state_directory()
            lock_file = (self._state / name).open("ab", opener=_open_private)
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

    def _home(self) -> _Home:
        """Where the data are, or would be put by the first start."""
        hidden = _SYSTEM_HOME / paths.state_hash(self._state)
        # Data stay where they are, even if the state directory's modes have changed since.
        for directory in (self._state, hidden):
            if (directory / "data").is_dir():
                return _Home(directory, ServerAccount.owner_of(directory / "data"))
        account = ServerAccount.to_start_with()
        if account.uid == os.geteuid() or account.can_enter(_nearest_existing(self._state)):
            return _Home(self._state, account)
        return _Home(hidden, account)

    def _ask(self) -> _Answer:
        parameters = self.connection_parameters | {"dbname": _MAINTENANCE_DATABASE, "connect_timeout": 5}
        try:
            with closing(psycopg2.connect(**parameters)) as connection, connection.cursor() as cursor:
                cursor.execute("show data_directory")
                [(data,)] = cursor.fetchall()
        except psycopg2.OperationalError as error:
            # libpq gives no SQLSTATE for these; our clusters speak English (lc_messages=C).
            text = str(error)
            if "the database system is" in text:
                return _Answer.NOT_YET
            if "FATAL:" in text and "terminating connection" not in text:
                raise EmbeddedServerError(f"the embedded server refuses connections: {text.strip()}") from error
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
                    f" {home.data}: end it, then start again.{_last_lines(home.log_file)}"
                )
            time.sleep(_POLL_INTERVAL)
        self._create_database()

    def _launch(self, home: _Home) -> None:
        """Start a server; nothing works in the data directory, and the lock is held."""
        _make_directory(home.directory, _mode_for_server_files())
        sockets = self._make_socket_directory(home)
        binaries = runnable_binaries(find_binaries(self._binaries), home.account, home.directory)
        version = major_version(binaries, home.account)
        if not home.data.is_dir():
            _initialise(home, binaries, version)
        self._require_version(home, binaries, version)
        _clear_leftovers(home, sockets)

        _touch_for(home.log_file, home.account)
        log_size = home.log_file.stat().st_size
        quoted_sockets = str(sockets).replace('"', '""')
        options = [
            "-c", f'unix_socket_directories="{quoted_sockets}"',
            "-c", f"port={self.port}",
            "-c", "listen_addresses=",
        ]  # fmt: skip
        # Names relative to cwd: pg_ctl hands them to a shell between double quotes.
        answer = home.account.run(
            [binaries / "pg_ctl", "start", "-D", "data", "-l", home.log_file.name, "-w",
             "-t", str(_START_TIMEOUT), "-o", shlex.join(options)],
            cwd=home.directory,
            timeout=_START_TIMEOUT + 30,
        )  # fmt: skip
        if answer.returncode != 0 or self._ask() is not _Answer.OURS:
            raise EmbeddedServerError(
                f"PostgreSQL {version} did not start on {home.data}:"
                f" {answer.stderr.strip()}{_last_lines(home.log_file, since=log_size)}"
            )
        logger.info("started PostgreSQL %s on %s", version, home.data)

    def _require_version(self, home: _Home, binaries: Path, version: int) -> None:
        made_by = (home.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if made_by != str(version):
            raise EmbeddedServerError(
                f"{home.data} was made by PostgreSQL {made_by}, and {binaries} is PostgreSQL {version}:"
                f" set WDH_PG_BIN to a PostgreSQL {made_by}, or WDH_STATE_DIR to a new directory"
            )

    def _make_state_directory(self) -> None:
        _make_directory(self._state, _mode_for_server_files())

    def _make_socket_directory(self, home: _Home) -> Path:
        """The directory of the socket as the server's account reaches it, made when missing."""
        public = self.socket_directory
        linked = public.parent == self._state and home.directory != self._state
        sockets = home.directory / "run" if linked else public
        _make_directory(sockets, 0o700, home.account)
        if linked and (not public.is_symlink() or public.readlink() != sockets):
            if public.is_symlink():
                public.unlink()
            public.symlink_to(sockets)
        status = sockets.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != home.account.uid:
            # Below /tmp anybody could have put it there, and a server of his own in it.
            raise EmbeddedServerError(
                f"{sockets} is not a directory of account {home.account.name}: remove it, then start again"
            )
        if stat.S_IMODE(status.st_mode) != 0o700:
            sockets.chmod(0o700)
        return sockets

    def _create_database(self) -> None:
        with closing(psycopg2.connect(**self.connection_parameters | {"dbname": _MAINTENANCE_DATABASE})) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
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
        # Without a postmaster its orphans are left; the signal means "cancel what you do" to them.
        postmaster = _first_line_as_pid(home.pid_file)
        _signal([postmaster] if postmaster in processes else processes, signal.SIGINT)
        if not _wait_until(lambda: not home.server_processes(), _FAST_STOP_TIMEOUT):
            _signal(home.server_processes(), signal.SIGQUIT)
            if not _wait_until(lambda: not home.server_processes(), _IMMEDIATE_STOP_TIMEOUT):
                raise EmbeddedServerError(
                    f"{_listed(home.processes())} works in {home.data} and does not end."
                    f"{_last_lines(home.log_file)}"
                )
        logger.info("stopped the server of %s", home.data)
        return True


def _initialise(home: _Home, binaries: Path, version: int) -> None:
    """Make the data directory in one step, so that an interrupted first start leaves none."""
    for unfinished in home.directory.glob("data.new.*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if version >= _FIRST_WITH_BUILTIN_LOCALE else []
    for ctype in _UTF8_CTYPES:
        # A name of its own: the initdb of a killed launcher may still write to, or empty, the last one.
        data = Path(tempfile.mkdtemp(prefix="data.new.", dir=home.directory))
        _hand_over(data, 0o700, home.account)
        # Every locale is spelt out; initdb would take the rest from the environment of the first start.
        answer = home.account.run(
            [binaries / "initdb", "-D", data.name, "-U", _USER, "--auth=trust", "--encoding=UTF8", "--no-sync",
             f"--lc-ctype={ctype}", *provider,
             *(f"--lc-{category}=C" for category in ("collate", "messages", "monetary", "numeric", "time"))],
            cwd=home.directory,
            timeout=_INITDB_TIMEOUT,
        )  # fmt: skip
        if answer.returncode == 0:
            data.rename(home.data)
            return
        shutil.rmtree(data, ignore_errors=True)
        if "invalid locale name" not in answer.stderr:
            break
    raise EmbeddedServerError(f"initdb failed in {home.directory}: {answer.stderr.strip()}")


def _clear_leftovers(home: _Home, sockets: Path) -> None:
    """Remove what a killed server left: its pid may belong to an innocent process by now.

    Without /proc it is not certain that nothing works in the data directory any more, and
    PostgreSQL's own, more timid, judgement of the pid has to do.
    """
    if not Path("/proc/self/cwd").is_symlink():
        return
    for leftover in (
        home.pid_file,
        sockets / f".s.PGSQL.{paths.PORT}",
        sockets / f".s.PGSQL.{paths.PORT}.lock",
    ):
        leftover.unlink(missing_ok=True)


def _mode_for_server_files() -> int:
    """Private; for root open to passing through, since another account's data lie below."""
    return 0o711 if os.geteuid() == 0 else 0o700


def _make_directory(path: Path, mode: int, owner: ServerAccount | None = None) -> None:
    """Make ``path`` and its missing parents, each with ``mode`` from the moment it has its name.

    What exists is left as it is. Not mkdir: the umask would show until the chmod, long enough
    for another process to see a directory the server's account cannot enter.
    """
    if path.exists():
        return
    _make_directory(path.parent, mode)
    staging = Path(tempfile.mkdtemp(prefix=f".{path.name[:50]}.", dir=path.parent))
    _hand_over(staging, mode, owner)
    try:
        staging.rename(path)
    except OSError:
        staging.rmdir()
        if not path.is_dir():
            raise


def _hand_over(path: Path, mode: int, owner: ServerAccount | None) -> None:
    path.chmod(mode)
    if owner is not None and owner.uid != os.geteuid():
        os.chown(path, owner.uid, owner.gid)


def _touch_for(path: Path, owner: ServerAccount) -> None:
    """An empty private file of ``owner``'s, unless there is a file."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _hand_over(path, 0o600, owner)


def _open_private(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    if os.fstat(descriptor).st_uid == os.geteuid():
        os.fchmod(descriptor, 0o600)
    return descriptor


def _nearest_existing(path: Path) -> Path:
    return next(candidate for candidate in (path, *path.parents) if candidate.exists())


def _first_line_as_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


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


def _last_lines(log_file: Path, since: int = 0) -> str:
    """The end of what was logged after byte ``since``, to close an error message with."""
    try:
        with log_file.open("rb") as log:
            log.seek(max(since, log_file.stat().st_size - 16_384))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    if not lines:
        return ""
    return f"\nThe end of {log_file}:\n" + "\n".join(lines[-_LOG_LINES_QUOTED:])
