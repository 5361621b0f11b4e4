"""Long work shows how it gets on: a bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

import io

from rich.console import Console

from company_enrichment.cli.progress import Progress


def shown(*, terminal: bool) -> str:
    out = io.StringIO()
    progress = Progress(Console(file=out, force_terminal=terminal, width=100))
    with progress.stage("Look names up") as report:
        report(3, 12)
    return out.getvalue()


def test_a_log_file_gets_one_line_at_the_start_and_one_at_the_end() -> None:
    first, last = shown(terminal=False).splitlines()
    assert first == "Look names up ..."
    assert last.startswith("Look names up: done in ")


def test_a_line_is_printed_as_it_stands() -> None:
    out = io.StringIO()
    Progress(Console(file=out, force_terminal=True, width=10)).say("Load undo:one: [red] 12")
    assert out.getvalue() == "Load undo:one: [red] 12\n"


def test_a_terminal_gets_a_bar_with_what_is_done_of_how_much() -> None:
    output = shown(terminal=True)
    assert " 3/12" in output
    assert "━" in output
