"""Shows how long work gets on: a bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBar


class Progress:
    """Progress of a run of several stages.

    Args:
        console: where it is shown.

    """

    def __init__(self, console: Console) -> None:
        self._console = console

    @property
    def is_watched(self) -> bool:
        """True on a terminal, where a bar shows what lines say elsewhere."""
        return self._console.is_terminal

    @contextmanager
    def stage(self, title: str) -> Iterator[Callable[[int, int | None], None]]:
        """Show one stage while the block runs; it reports (done, all) to what it is given, all None when unknown."""
        started = time.monotonic()
        if self._console.is_terminal:
            bar = ProgressBar(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            with bar:
                task = bar.add_task(title, total=None)
                yield lambda done, total: bar.update(task, completed=done, total=total)
        else:
            self.say(f"{title} ...")
            yield lambda done, total: None
        self.say(f"{title}: done in {time.monotonic() - started:.1f} s")

    def say(self, line: str) -> None:
        """Print one line, as it stands."""
        self._console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)
