"""dbt in one child process for many commands: starting it takes ten times as long as most of them."""

from __future__ import annotations

import json
import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from dbt_commands import Outcome
from real_databases import Database

_CONTEXT = multiprocessing.get_context("spawn")
_PATIENCE = 120


class DbtSession:
    """Runs commands of dbt one after another, in a process that ends with the block it is used in."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._pipe, other_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(
            target=_serve, args=(other_end, database.environment, str(database.project), str(folder)), daemon=True
        )
        self._process.start()
        other_end.close()

    def start(self, *arguments: str) -> None:
        """Begin one command."""
        self._pipe.send(arguments)

    def outcome(self) -> Outcome:
        """Wait for the end of the command; its code is 0 or 1, its output the messages that an operator sees."""
        assert self._pipe.poll(_PATIENCE), "dbt does not end"
        return Outcome(*self._pipe.recv())

    def dbt(self, *arguments: str, check: bool = True) -> Outcome:
        """Run one command to its end."""
        self.start(*arguments)
        outcome = self.outcome()
        assert not check or outcome.code == 0, f"dbt {' '.join(arguments)} failed:\n{outcome.output}"
        return outcome

    def operation(self, name: str, arguments: dict[str, Any], *, check: bool = True) -> Outcome:
        """Run one operation."""
        return self.dbt("run-operation", name, "--args", json.dumps(arguments, ensure_ascii=False), check=check)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(_PATIENCE)


def _serve(pipe: Connection, environment: dict[str, str], project: str, folder: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.environ.update(DBT_TARGET_PATH=f"{folder}/target", DBT_LOG_PATH=f"{folder}/logs")
    os.chdir(project)
    # Only here: it is slow, and this process alone needs it.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    messages: list[str] = []

    def note(event: Any) -> None:
        if event.info.level != "debug":
            messages.append(event.info.msg)

    runner = dbtRunner(callbacks=[note])
    while True:
        try:
            arguments = pipe.recv()
        except EOFError:
            return
        messages.clear()
        result = runner.invoke(["--quiet", *arguments])
        pipe.send((0 if result.success else 1, "\n".join([*messages, str(result.exception or "")])))
