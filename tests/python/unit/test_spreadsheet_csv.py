"""CSV files for spreadsheet programs: their characters are right, and nothing in them is computed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.spreadsheet_csv import as_it_was, defused, refuse_missing_folder, write_spreadsheet_csv


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "=1+1",
            "+1",
            "-1+2",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\n=1",
            " =1",
            '"=1',
            "'=1",
            "\ufeff=1",
            "\u200b-1",
            "\x00=1",
            "\u202e=1",
            "\x1f+1",
        ),
        *("＝1", "＋1", "－1", "＠x", "\u3000=1", '=HYPERLINK("http://example.com","x")'),
    ],
)
def test_what_a_spreadsheet_program_would_compute_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["示例公司", "A=B", "1-2", "-1", "-1234.50", "", "a@b.example", "（=1）", 5, -5, None])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert defused(cell) == cell


@pytest.mark.parametrize("cell", ["=1", "'=1", "''=1", "'", "'00123", "示例公司", "-1", "-x", "", "'-1"])
def test_a_cell_that_was_defused_reads_back_unchanged(cell: str) -> None:
    assert as_it_was(str(defused(cell))) == cell


def test_the_file_begins_with_a_byte_order_mark_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_spreadsheet_csv(path, ("name", "count"), [("示例，公司", 2), ("=1", 1), ("两\n行", 0)]) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbfname,count\r\n")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines))[1:] == [["示例，公司", "2"], ["'=1", "1"], ["两\n行", "0"]]


def test_a_file_that_is_not_completed_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before", "utf-8")

    def failing() -> Iterator[tuple[object, ...]]:
        yield ("x",)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_spreadsheet_csv(path, ("name",), failing())
    assert path.read_text("utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_and_a_folder_are_refused_by_the_option(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"--rejects-csv: there is no folder .*missing"):
        refuse_missing_folder(tmp_path / "missing" / "out.csv", "--rejects-csv")
    with pytest.raises(ConfigurationError, match=r"--rejects-csv: .* is a folder"):
        refuse_missing_folder(tmp_path, "--rejects-csv")
    refuse_missing_folder(tmp_path / "out.csv", "--rejects-csv")


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "out.csv"
    with pytest.raises(InputFileError, match=r"out\.csv: cannot be written"):
        write_spreadsheet_csv(path, ("name",), [])
