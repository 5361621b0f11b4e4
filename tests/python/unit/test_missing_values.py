"""What stands for a missing value, in the types of libraries that are not installed here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from company_enrichment.missing_values import is_missing
from missing_objects import Array, Incomparable, Na, Nat, NumpyNat, PyarrowNull


# C12: pandas 61141
@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        complex("nan"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Na(),
        Nat(),
        NumpyNat(),
        PyarrowNull(),
    ],
    ids=repr,
)
def test_what_is_missing_is_told_in_every_type(value: Any) -> None:
    assert is_missing(value)


@pytest.mark.parametrize(
    "value", ["", "nan", "<NA>", 0, 0.0, False, True, Decimal(0), [], b"", Array(), Incomparable()], ids=repr
)
def test_a_value_that_is_there_is_not_missing(value: Any) -> None:
    assert not is_missing(value)
