"""What stands for a missing value, in the types of libraries that are not installed here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

import pytest

from company_enrichment.missing_values import is_missing


class Na:
    """As NA of pandas: whether it is equal to itself is not known, and it is neither true nor false."""

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __hash__(self) -> int:
        return 0

    def __bool__(self) -> NoReturn:
        raise TypeError("boolean value of NA is ambiguous")

    def __str__(self) -> str:
        return "<NA>"


class Nat:
    """As NaT of pandas and numpy: it differs from itself."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class NumpyBoolean:
    """As a boolean of numpy."""

    shape = ()

    def __init__(self, value: bool) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return self.value


class NumpyNat:
    """As NaT of numpy: its comparison gives a boolean of numpy."""

    def __ne__(self, other: object) -> Any:
        return NumpyBoolean(True)


class PyarrowNull:
    """As a null of pyarrow: equal to itself, and not valid."""

    is_valid = False


class Array:
    """As an array of numpy: its comparison is an array, which is neither true nor false."""

    shape = (2,)

    def __ne__(self, other: object) -> Any:
        return Array()

    def __bool__(self) -> NoReturn:
        raise ValueError("The truth value of an array with more than one element is ambiguous")


class Incomparable:
    def __ne__(self, other: object) -> bool:
        raise ArithmeticError


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
