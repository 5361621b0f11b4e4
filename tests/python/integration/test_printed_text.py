"""What comes from outside is printed as text: it moves no cursor, adds no line, and no spreadsheet computes it."""

from __future__ import annotations

import csv
import logging
from pathlib import Path

import pytest

from company_enrichment.printable_text import OneLineFormatter, printable, printable_lines
from real_databases import Database

pytestmark = pytest.mark.one_server

HOSTILE = "样例\x1b[2J甲\n999 done\u202e[red]公司"
WRITTEN_OUT = r"样例\e[2J甲\n999 done\u202e[red]公司"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (HOSTILE, WRITTEN_OUT),
        ("a\rb\tc\x00\x7f", r"a\rb\tc\x00\x7f"),
        ("\x9b2J\x85\u2028\u2029\u2066", r"\u009b2J\u0085\u2028\u2029\u2066"),
        ("示例（集团）有限公司 é 🙂", "示例（集团）有限公司 é 🙂"),
    ],
)
def test_characters_that_would_not_show_are_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_text_of_several_lines_keeps_them() -> None:
    assert printable_lines("one\n\ttwo\x1b[0m") == "one\n\ttwo\\e[0m"


def test_a_message_of_the_log_is_one_line() -> None:
    record = logging.LogRecord("name", logging.WARNING, "", 0, "The provider said: %s", (HOSTILE,), None)
    assert OneLineFormatter(logging.BASIC_FORMAT).format(record) == f"WARNING:name:The provider said: {WRITTEN_OUT}"


def test_names_and_errors_are_text_on_every_screen(database: Database) -> None:
    database.query("select count(*) from enqueue_names(array[%s])", (HOSTILE,))
    database.query(
        "update lookup_requests set status = 'failed', failed_at = now(), finished_at = now(), attempts = 4,"
        " last_error = %s",
        (HOSTILE,),
    )
    database.query(
        "insert into customer_records (record_id, source_system, customer_name) values ('r', %s, %s)",
        (HOSTILE, HOSTILE),
    )
    database.dbt("run")
    for arguments in (["queue", "list"], ["status"], ["resolve", HOSTILE, "--plan-only", "--explain"]):
        printed = database.cli(*arguments).output
        assert "\x1b" not in printed
        assert "\u202e" not in printed
        assert not any(line.startswith("999 done") for line in printed.splitlines())
    assert r"\e[2J甲\n999 done\u202e[red]公司" in "".join(database.cli("queue", "list").output.split("\n"))


def test_no_cell_of_a_resolved_file_is_computed_and_the_file_can_be_resolved_again(
    database: Database, tmp_path: Path
) -> None:
    cells = ["=HYPERLINK(1)", "'=1", "-12.50", "+86 10", "@x", "示例"]
    source, first, second = tmp_path / "in.csv", tmp_path / "first.csv", tmp_path / "second.csv"
    with source.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["customer_name", "=note"], *([cell, cell] for cell in cells)])
    database.cli("resolve", "--file", str(source), "--out", str(first))
    with first.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header[:2] == ["customer_name", "'=note"]
    assert [row[0] for row in rows] == ["'=HYPERLINK(1)", "'=1", "-12.50", "'+86 10", "'@x", "示例"]
    assert [row[0] for row in rows] == [row[1] for row in rows]
    database.cli("resolve", "--file", str(first), "--out", str(second))
    assert second.read_bytes() == first.read_bytes()
