"""Where the embedded server keeps what must outlive a process.

Plain dbt computes :func:`state_directory` and :func:`socket_directory` a second time, in the
Jinja of ``profiles.yml``: both are therefore pure functions of the environment and of the
path, without a look at the disk. Change one, and the other has to follow.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from company_enrichment.errors import ConfigurationError

PORT = 5432

# sun_path holds 104 bytes on macOS and 108 on Linux, with the closing zero.
_LONGEST_SOCKET_PATH = 100


def state_directory(environment: Mapping[str, str] | None = None) -> Path:
    """The absolute path of the state directory, which need not exist yet.

    ``WDH_STATE_DIR``, else ``$XDG_DATA_HOME/company-enrichment``, else
    ``$HOME/.local/share/company-enrichment``; an empty variable counts as unset.
    ``environment`` stands in for ``os.environ``.

    Raises ConfigurationError when none of the three is set, and for a relative path: libpq
    takes only an absolute path for a socket directory, so plain dbt could not follow it.
    """
    variables = os.environ if environment is None else environment
    for variable, below in (
        ("WDH_STATE_DIR", ""),
        ("XDG_DATA_HOME", "company-enrichment"),
        ("HOME", ".local/share/company-enrichment"),
    ):
        value = variables.get(variable, "")
        if not value:
            continue
        if not Path(value).is_absolute():
            raise ConfigurationError(f"{variable} is {value!r}: set it to an absolute path")
        return Path(value) / below
    raise ConfigurationError(
        "no place for the embedded server: set WDH_STATE_DIR (XDG_DATA_HOME and HOME are not set either)"
    )


def socket_directory(state: Path) -> Path:
    """The directory clients give as ``host``.

    ``state/run``, or a short name in ``/tmp`` where the socket's path would not fit into the
    operating system's limit.
    """
    directory = state / "run"
    socket = directory / f".s.PGSQL.{PORT}"
    if len(_bytes(socket)) <= _LONGEST_SOCKET_PATH:
        return directory
    # Not tempfile.gettempdir(): TMPDIR may differ between the server's shell and dbt's.
    return Path(f"/tmp/company-enrichment-{state_hash(state)}")  # noqa: S108


def state_hash(state: Path) -> str:
    """Twelve hexadecimal digits that stand for ``state`` where its path is too long or out of reach."""
    return hashlib.md5(_bytes(state), usedforsecurity=False).hexdigest()[:12]


def _bytes(path: Path) -> bytes:
    # A file name need not be valid UTF-8; Python carries such bytes as surrogates.
    return str(path).encode("utf-8", "surrogateescape")
