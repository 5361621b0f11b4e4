"""What stands for a missing value in the objects of other libraries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def is_missing(value: Any) -> bool:
    """Say whether a value stands for what is missing: None, NaN of any type, NaT, NA of pandas, a null of pyarrow.

    None of these libraries is needed: NaN and NaT differ from themselves, and NA does not say whether it does.
    """
    if value is None or getattr(value, "is_valid", None) is False:
        return True
    if isinstance(value, Decimal):
        # Also the one that must not be compared.
        return value.is_nan()
    try:
        differs = value != value  # noqa: PLR0124
    except Exception:
        return False
    if differs is value:
        # False is no other than itself, too: that of Python and that of numpy.
        return not type(value).__name__.startswith("bool")
    # The answer of an array is an array, which is neither true nor false.
    is_answer = isinstance(differs, bool) or getattr(differs, "shape", None) == ()
    return is_answer and bool(differs)
