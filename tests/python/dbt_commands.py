"""Commands of dbt, each in a process of its own that is forked from one which has the project parsed already.

Importing dbt and parsing take longer than most commands. The command line and the blocks of the documentation are
tested with dbt started as users start it.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_CONTEXT = multiprocessing.get_context("forkserver")
_TIME_OF_DAY = re.compile(r"^\d\d:\d\d:\d\d  ", re.MULTILINE)
_CONTEXT.set_forkserver_preload(["prepared_dbt"])


class Outcome(NamedTuple):
    """What a child process did: its exit code, and standard output and error in one."""

    code: int
    output: str


class DbtCommand:
    """`dbt ARGUMENTS` at work in a folder, in this environment."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], directory: Path) -> None:
        _start_the_process_that_forks()
        self._output = tempfile.NamedTemporaryFile()  # noqa: SIM115 - closed with the outcome
        self._process = _CONTEXT.Process(
            target=_work, args=(arguments, dict(environment), str(directory), self._output.name)
        )
        self._process.start()

    def kill(self) -> None:
        """End it as `kill -9` does, and wait for that."""
        self._process.kill()
        self._process.join()
        self._output.close()

    def outcome(self) -> Outcome:
        """Wait for its end; the output is without the times of day that dbt puts before each message."""
        self._process.join()
        assert self._process.exitcode is not None
        with self._output as output:
            return Outcome(self._process.exitcode, _TIME_OF_DAY.sub("", output.read().decode()))


def _start_the_process_that_forks() -> None:
    # It looks for what it is to import where a new interpreter looks, not where this one does.
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


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

    from prepared_dbt import parsed_project  # noqa: PLC0415

    try:
        cli(obj={"manifest": parsed_project(arguments, environment, Path(directory))})
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
