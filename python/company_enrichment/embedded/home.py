"""Where the embedded server's files are, and making them so that its account can use them.

Nothing that this module did not make has its mode or its owner changed.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from company_enrichment.embedded.binaries import ServerAccount
from company_enrichment.errors import EmbeddedServerError
from company_enrichment.state_directory import PORT, socket_directory, state_hash

SUPERUSER = "postgres"

_SYSTEM_HOME = Path("/var/lib/company-enrichment")
_ROOT = 0
_PRIVATE = 0o700
_INITDB_TIMEOUT = 300  # seconds
_LOG_LINES_QUOTED = 15
_FIRST_WITH_BUILTIN_LOCALE = 17
# pg_trgm and lower() need a UTF-8 lc_ctype; systems spell its name differently.
_UTF8_CTYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
_SERVER_PROGRAMS = ("postgres", "postmaster")


@dataclass(frozen=True)
class ServerHome:
    """The files of one state directory's server, and the account they belong to.

    ``directory`` is ``state`` itself wherever the account can reach it.
    """

    state: Path
    directory: Path
    account: ServerAccount

    @classmethod
    def of(cls, state: Path) -> ServerHome:
        """Where the data of ``state`` are, or would be put by the first start.

        Raises EmbeddedServerError when the data are not ours to serve, or no account can.
        """
        hidden = _SYSTEM_HOME / state_hash(state)
        # Data stay where they are, even if the state directory's modes have changed since.
        for directory in (state, hidden) if os.geteuid() == _ROOT else (state,):
            if (directory / "data").is_dir():
                return cls(state, directory, ServerAccount.owner_of(directory / "data"))
        account = ServerAccount.to_start_with()
        if os.geteuid() != _ROOT or account.can_enter(_nearest_existing(state)):
            return cls(state, state, account)
        return cls(state, hidden, account)

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.directory / "data"

    @property
    def log_file(self) -> Path:
        """What the server and its starting wrote."""
        return self.directory / "server.log"

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's claim that a server runs; not to be trusted, the pid may be anybody's by now."""
        return self.data / "postmaster.pid"

    def processes(self) -> dict[int, str]:
        """Whatever works in the data directory, orphaned backends and a visitor's shell included."""
        return self.account.processes_in(self.data) if self.data.is_dir() else {}

    def server_processes(self) -> list[int]:
        """PostgreSQL's processes among them."""
        return [pid for pid, name in self.processes().items() if name in _SERVER_PROGRAMS]

    def postmaster(self) -> int | None:
        """The pid in the pid file, if that process is a PostgreSQL working in our data directory."""
        try:
            pid = int(self.pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if pid in self.server_processes() else None

    def make_directory(self) -> None:
        """The directory all of it goes into."""
        make_directory(self.directory)

    def make_socket_directory(self) -> Path:
        """The directory of the socket as the account reaches it, which nobody else can enter.

        Raises EmbeddedServerError when somebody else's is in its place.
        """
        public = socket_directory(self.state)
        below_state = public.parent == self.state
        sockets = self.directory / "run" if below_state else public
        if below_state and public.is_symlink():
            public.unlink()
        make_directory(sockets, _PRIVATE, self.account)
        if sockets != public:
            public.symlink_to(sockets)
        status = sockets.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != self.account.uid:
            # Below /tmp anybody could have put it there, and a server of his own in it.
            raise EmbeddedServerError(
                f"{sockets} is not a directory of account {self.account.name}: remove it, then start again"
            )
        if stat.S_IMODE(status.st_mode) != _PRIVATE:
            sockets.chmod(_PRIVATE)
        return sockets

    def make_log_file(self) -> int:
        """An empty log of the account's unless there is one; its size in bytes."""
        with suppress(FileExistsError):
            os.close(os.open(self.log_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            _hand_over(self.log_file, 0o600, self.account)
        return self.log_file.stat().st_size

    def initialise(self, binaries: Path, version: int) -> None:
        """Make the data directory in one step, so that an interrupted first start leaves none.

        Raises EmbeddedServerError with initdb's message when it fails.
        """
        for unfinished in self.directory.glob("data.new.*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        provider: tuple[str, ...] = ()
        if version >= _FIRST_WITH_BUILTIN_LOCALE:
            provider = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        for ctype in _UTF8_CTYPES:
            # A name of its own: the initdb of a killed launcher may still be busy in the last one.
            data = Path(tempfile.mkdtemp(prefix="data.new.", dir=self.directory))
            _hand_over(data, _PRIVATE, self.account)
            # Every locale is spelt out; initdb would take the rest from the first start's environment.
            answer = self.account.run(
                [binaries / "initdb", "-D", data.name, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8",
                 "--no-sync", f"--lc-ctype={ctype}", *provider,
                 *(f"--lc-{name}=C" for name in ("collate", "messages", "monetary", "numeric", "time"))],
                cwd=self.directory,
                timeout=_INITDB_TIMEOUT,
            )  # fmt: skip
            if answer.returncode == 0:
                data.rename(self.data)
                return
            shutil.rmtree(data, ignore_errors=True)
            if "invalid locale name" not in answer.stderr:
                break
        raise EmbeddedServerError(f"initdb failed in {self.directory}: {answer.stderr.strip()}")

    def clear_leftovers(self, sockets: Path) -> None:
        """Remove what a killed server left; the caller has seen that nothing works in the data directory.

        Without /proc it cannot have seen that, and PostgreSQL's own, more timid, judgement of
        the pid has to do.
        """
        if not Path("/proc/self/cwd").is_symlink():
            return
        for leftover in (self.pid_file, sockets / f".s.PGSQL.{PORT}", sockets / f".s.PGSQL.{PORT}.lock"):
            leftover.unlink(missing_ok=True)

    def last_log_lines(self, since: int = 0) -> str:
        """The end of what was logged after byte ``since``, to close an error message with."""
        try:
            with self.log_file.open("rb") as log:
                log.seek(max(since, self.log_file.stat().st_size - 16_384))
                lines = log.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return ""
        if not lines:
            return ""
        return f"\nThe end of {self.log_file}:\n" + "\n".join(lines[-_LOG_LINES_QUOTED:])


def make_directory(path: Path, mode: int | None = None, owner: ServerAccount | None = None) -> None:
    """Make ``path`` and its missing parents; what exists is left as it is.

    Private by default; root's are open to passing through, since another account's files lie
    below. Not mkdir: the umask would show until the chmod, long enough for another process to
    find a directory that the server's account cannot enter.
    """
    if path.exists():
        return
    make_directory(path.parent)
    staging = Path(tempfile.mkdtemp(prefix=f".{path.name[:50]}.", dir=path.parent))
    default = 0o711 if os.geteuid() == _ROOT else _PRIVATE
    _hand_over(staging, default if mode is None else mode, owner)
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


def _nearest_existing(path: Path) -> Path:
    return next(candidate for candidate in (path, *path.parents) if candidate.exists())
