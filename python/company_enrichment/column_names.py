"""The names under which columns come in files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from company_enrichment.workbooks import folded_header


def folded_column(name: str) -> str:
    """Return what makes two names of columns the same: no case, width, blanks, hyphens, points or underscores."""
    return re.sub(r"[_.\-]+", "", folded_header(name).casefold())


def columns_of_names(names_of: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return which column each folded name means; names_of says under which names each column may come."""
    return {folded_column(name): column for column, names in names_of.items() for name in (column, *names)}
