"""Workbooks for tests, written where they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter


def write_workbook(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "data") -> Path:
    """Write one sheet; folders that are missing are made, and a file of that name is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)
    return path
