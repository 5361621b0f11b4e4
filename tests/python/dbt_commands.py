"""Commands of dbt, each in a process of its own that is forked from one which has the project parsed already.

Importing dbt and parsing take longer than most commands. The command line and the blocks of the documentation are
tested with dbt started as users start it; most of them find the project parsed, as a user's second command does.
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

CONTEXT = multiprocessing.get_context("forkserver")
_TIME_OF_DAY = re.compile(r"^\d\d:\d\d:\d\d  ", re.MULTILINE)
CONTEXT.set_forkserver_preload(["prepared_dbt", "child_processes"])


class Outcome(NamedTuple):
    """What a child process did: its exit code, and standard output and error in one."""

    code: int
    output: str


class DbtCommand:
    """`dbt ARGUMENTS` at work in a folder, in this environment."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], directory: Path) -> None:
        start_the_process_that_forks()
        self._output = tempfile.NamedTemporaryFile()  # noqa: SIM115 - closed with the outcome
        self._process = CONTEXT.Process(
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


def start_the_process_that_forks() -> None:
    """Start, unless there is one, the process that commands of dbt and the children of tests are forked from."""
    # It looks for what it is to import where a new interpreter looks, not where this one does.
    before = os.environ.get("PYTHONPATH")
    here = Path(__file__).resolve().parent
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, (here, here.parents[1] / "python")))
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def leave_parsed_project(environment: Mapping[str, str], directory: Path, target: Path, variables: str = "{}") -> None:
    """Have the next dbt with this target folder and these --vars find the project parsed, as if not the first."""
    start_the_process_that_forks()
    settings = {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target), "DBT_WRITE_JSON": "false"}
    process = CONTEXT.Process(target=_save, args=({**environment, **settings}, str(directory), variables))
    process.start()
    process.join()
    assert process.exitcode == 0, "the parsed project could not be saved"


def _save(environment: dict[str, str], directory: str, variables: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    from prepared_dbt import save_parsed_project  # noqa: PLC0415 - imported by the process this one was forked from

    save_parsed_project(["ls", "--select", "nothing_at_all", "--vars", variables], environment, Path(directory))


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
