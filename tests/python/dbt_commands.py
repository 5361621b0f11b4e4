"""Commands of dbt, each in a process of its own that is forked from one which has dbt imported already.

Importing dbt takes longer than most commands. The command line and the blocks of the documentation are tested with
dbt started as users start it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.postgres", __name__])


class Outcome(NamedTuple):
    """What a child process did: its exit code, and standard output and error in one."""

    code: int
    output: str


def run_dbt(arguments: list[str], environment: Mapping[str, str], directory: Path) -> Outcome:
    """Run `dbt ARGUMENTS` in a folder to its end, in this environment."""
    with tempfile.NamedTemporaryFile() as output:
        process = _CONTEXT.Process(target=_work, args=(arguments, dict(environment), str(directory), output.name))
        process.start()
        process.join()
        assert process.exitcode is not None
        return Outcome(process.exitcode, output.read().decode())


def _work(arguments: list[str], environment: dict[str, str], directory: str, output: str) -> None:
    with Path(output).open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    sys.argv = ["dbt", *arguments]
    # Imported long before, by the process that this one was forked from.
    from dbt.cli.main import cli  # noqa: PLC0415

    try:
        cli()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
