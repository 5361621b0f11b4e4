"""What reading a workbook costs: rows a second and peak memory, beside what people read workbooks with.

    python benchmarks/workbooks.py
    python benchmarks/workbooks.py --rows 20000 --columns 20 --rounds 1
    python benchmarks/workbooks.py --file month.xlsx --sheet 规模明细

Everyone reads all cells of one sheet in a process of its own, in turn, with its packages imported before the clock
starts. The sheet is written by xlsxwriter: a fifth of the columns are whole numbers, a fifth amounts, one a date, the
others are texts, some of which repeat as codes and names of plans do and some of which do not.

    ours      open_sheet(): a process that reads the sheet row by row, and the rows in the process that asks for them;
              its memory is that of both
    openpyxl  read_only=True and values_only=True, as its documentation advises for large workbooks
    pandas    read_excel(engine="calamine")

Goals: 4 times as fast as openpyxl, and less memory than pandas. The rivals are left out where they are not installed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

OURS = "ours"
SHEET = "明细"


def with_ours(path: Path, sheet: str) -> int:
    """Read by the project's reader."""
    from company_enrichment.files.sheets import open_sheet  # noqa: PLC0415 - only in the process that measures it

    with open_sheet(path, sheet=sheet) as opened:
        return sum(len(row.cells) for row in opened.rows())


def with_openpyxl(path: Path, sheet: str) -> int:
    """Read by openpyxl, row by row."""
    book = import_module("openpyxl").load_workbook(path, read_only=True)
    cells = sum(len(row) for row in book[sheet].iter_rows(values_only=True))
    book.close()
    return cells


def with_pandas(path: Path, sheet: str) -> int:
    """Read by pandas, through calamine, into a table."""
    table = import_module("pandas").read_excel(path, sheet_name=sheet, engine="calamine", header=None)
    return int(table.shape[0] * table.shape[1])


@dataclass(frozen=True)
class Contestant:
    """One way to read a workbook: gives the number of cells."""

    name: str
    read: Callable[[Path, str], int]
    packages: tuple[str, ...] = ()
    """What has to be installed for it, as pip takes it."""
    modules: tuple[str, ...] = ()
    """What is imported before the clock starts."""


CONTESTANTS = (
    Contestant(OURS, with_ours, modules=("company_enrichment.files.sheets",)),
    Contestant("openpyxl", with_openpyxl, packages=("openpyxl",), modules=("openpyxl",)),
    Contestant("pandas", with_pandas, packages=("pandas", "python-calamine"), modules=("pandas", "python_calamine")),
)


@dataclass(frozen=True)
class Measured:
    """One reading of the sheet."""

    seconds: float
    memory: float
    """MiB that its processes held at most, with Python and its packages."""
    cells: int


def write(path: Path, rows: int, columns: int) -> None:
    """Write a workbook with so many rows below a header."""
    import xlsxwriter  # noqa: PLC0415 - a process that is measured does without it

    with xlsxwriter.Workbook(str(path), {"constant_memory": False, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, [f"列{column}" for column in range(columns)])
        for row in range(1, rows + 1):
            for column in range(columns):
                kind = column % 5
                if column == 1:
                    sheet.write_datetime(row, column, datetime.datetime(2025, 1 + row % 12, 1 + row % 28), day)
                elif kind == 0:
                    sheet.write_number(row, column, row * 7 + column)
                elif kind == 1:
                    sheet.write_number(row, column, row * 1.37 + column)
                elif kind == 2:
                    sheet.write_string(row, column, f"P{row % 1000:04}")
                elif kind == 3:
                    sheet.write_string(row, column, f"示例{row % 20000}有限公司")
                else:
                    sheet.write_string(row, column, f"客户{row}-{column}")


def measure_here(contestant: Contestant, path: Path, sheet: str) -> Measured:
    """Read in this process, which has done nothing else."""
    for module in contestant.modules:
        import_module(module)
    began = time.perf_counter()
    cells = contestant.read(path, sheet)
    seconds = time.perf_counter() - began
    used = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Measured(seconds, sum(used) / 1024, cells)


def measure(contestant: Contestant, path: Path, sheet: str) -> Measured:
    """Read in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--measure", contestant.name, "--file", str(path), "--sheet", sheet],
        check=True,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    return Measured(**json.loads(done.stdout))


def report(path: Path, sheet: str, rounds: int) -> None:
    """Let everyone read in each round, compare how many cells they found, and print."""
    from rich.console import Console  # noqa: PLC0415 - a process that is measured does without it
    from rich.table import Table  # noqa: PLC0415

    from servers import missing_packages  # noqa: PLC0415

    console = Console(width=110)
    missing = {contestant.name: missing_packages(contestant.packages) for contestant in CONTESTANTS}
    entered = [contestant for contestant in CONTESTANTS if not missing[contestant.name]]
    measured: dict[str, list[Measured]] = {contestant.name: [] for contestant in entered}
    for _ in range(rounds):
        for contestant in entered:
            measured[contestant.name].append(measure(contestant, path, sheet))
    cells = {name: runs[0].cells for name, runs in measured.items()}
    if len(set(cells.values())) > 1:
        raise RuntimeError(f"They do not read the same cells: {cells}")
    table = Table("reader", "s", "cells a second", "ours is so many times as fast", "peak memory, MiB", "of ours")
    ours = measured[OURS]
    ratios: dict[str, Any] = {}
    for name, runs in measured.items():
        seconds = statistics.median(run.seconds for run in runs)
        memory = max(run.memory for run in runs)
        faster = statistics.median(run.seconds / own.seconds for run, own in zip(runs, ours, strict=True))
        heavier = memory / max(run.memory for run in ours)
        ratios[name] = faster, heavier
        table.add_row(
            *(name, f"{seconds:.2f}", f"{runs[0].cells / seconds:,.0f}", f"{faster:.2f}"),
            *(f"{memory:,.0f}", f"{heavier:.2f}"),
        )
    console.print(f"{path.name}, {path.stat().st_size / 2**20:,.1f} MiB, {cells[OURS]:,} cells")
    console.print(table)
    if "openpyxl" in ratios:
        faster = ratios["openpyxl"][0]
        console.print(f"4 times as fast as openpyxl: {'reached' if faster >= 4 else 'missed'}, {faster:.2f}")
    if "pandas" in ratios:
        heavier = ratios["pandas"][1]
        console.print(f"Less memory than pandas: {'reached' if heavier > 1 else 'missed'}, {1 / heavier:.2f} of it")
    left_out = [package for packages in missing.values() for package in packages]
    if left_out:
        console.print(f"Left out, not installed: pip install {' '.join(left_out)}", soft_wrap=True)


def main() -> None:
    """Write a workbook, or take the one that is named, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", type=Path, help="a workbook to read in place of one that is written")
    parser.add_argument("--sheet", default=SHEET)
    parser.add_argument("--measure", choices=[contestant.name for contestant in CONTESTANTS], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure is not None:
        [contestant] = [one for one in CONTESTANTS if one.name == arguments.measure]
        print(json.dumps(vars(measure_here(contestant, arguments.file, arguments.sheet))))
    elif arguments.file is not None:
        report(arguments.file, arguments.sheet, arguments.rounds)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "workbook.xlsx"
            write(path, arguments.rows, arguments.columns)
            report(path, arguments.sheet, arguments.rounds)


if __name__ == "__main__":
    main()
