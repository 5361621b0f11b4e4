"""On a terminal lines end between words, and no table parts one."""

from __future__ import annotations

import io
import itertools

import pytest
from rich.cells import cell_len
from rich.table import Column, Table
from rich.text import Text

from company_enrichment.printable_text import SafeConsole, between_words, fit_table, lines_of_table

ADDRESS = "postgresql://somebody@warehouse.example:5432/a_long_name_of_a_database"
LOAD = "file:客户映射.csv:12:0123456789abcdef0123456789abcdef"
SENTENCE = (
    f"The load {LOAD} was landed in {ADDRESS} and waits for the next run, 中国平安保险（集团）股份有限公司 among it."
)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 500])
def test_a_line_ends_between_words(width: int) -> None:
    lines = between_words(Text(SENTENCE), width).plain.split("\n")
    assert " ".join(lines) == SENTENCE
    assert all(cell_len(line) <= width or " " not in line for line in lines)
    # As much as goes on a line is on it.
    for line, following in itertools.pairwise(lines):
        assert cell_len(line) + 1 + cell_len(following.split(" ")[0]) > width


def test_line_breaks_blanks_and_styles_are_kept() -> None:
    text = Text("  indented  twice\n\nlast ", style="red")
    assert between_words(text, 80).plain == text.plain
    assert between_words(Text.from_markup("one [red]two[/red]"), 4).markup == "one\n[red]two[/red]"


def table(*cells: str) -> Table:
    made = Table("name", Column("number", justify="right"), "what is said of it")
    made.add_row(*map(Text, cells))
    return made


def printed(made: Table, width: int) -> list[str]:
    out = io.StringIO()
    console = SafeConsole(file=out)
    console.width = width
    console.print(made)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [35, 40, 60, 80])
def test_a_table_that_fits_by_its_words_is_as_wide_as_the_terminal_at_most(width: int) -> None:
    made = table("中国平安", "1,234", "there is a long explanation here")
    assert fit_table(made, width)
    lines = printed(made, width)
    assert max(map(cell_len, lines)) <= width
    for word in ("中国平安", "1,234", "explanation"):
        assert sum(word in line for line in lines) == 1


def test_a_table_that_is_too_wide_is_printed_cell_by_cell() -> None:
    made = table(LOAD, "7", ADDRESS)
    assert not fit_table(made, 60)
    assert lines_of_table(made) == [f"name: {LOAD}", "number: 7", f"what is said of it: {ADDRESS}", ""]
    without_header = Table(title="This run", show_header=False)
    without_header.add_column()
    without_header.add_column()
    without_header.add_row("new records", "7")
    assert lines_of_table(without_header) == ["This run", "new records: 7", ""]


def test_nothing_is_wrapped_where_no_terminal_is() -> None:
    out = io.StringIO()
    console = SafeConsole(file=out)
    console.print(SENTENCE * 20, markup=False, highlight=False)
    console.print(table(LOAD * 10, "7", ADDRESS * 10))
    first, *rest = out.getvalue().splitlines()
    assert first == SENTENCE * 20
    assert sum(LOAD * 10 in line and ADDRESS * 10 in line for line in rest) == 1
