"""What the sample workbooks hold, and which company each row belongs to, as their generator knows it."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from real_databases import REPOSITORY


@dataclass(frozen=True)
class SampleRow:
    """One row of a workbook: where it stands, what it must be resolved by, and to which company."""

    place: tuple[str, int]
    kind: str
    company_id: str | None


@cache
def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", REPOSITORY / "seeds" / "workbooks" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


def header() -> list[str]:
    """The header row of the sheet."""
    return list(_generator().COLUMNS)


@cache
def rows() -> list[SampleRow]:
    """Every row of both workbooks."""
    generator = _generator()
    found = []
    for month, month_rows in generator.sample_months(generator.read_sample()):
        for number, row in enumerate(month_rows, start=2):
            found.append(SampleRow((month.file_name, number), str(row.kind), row.company_id))
    return found


def unknown_names() -> int:
    """How many different names nobody knows."""
    return len(_generator().UNKNOWN_NAMES) + len(_generator().UNKNOWN_TRAP_NAMES)
