"""What libraries that are not installed here have for missing values, and values that are like them in part."""

from __future__ import annotations

from typing import Any, NoReturn


class _Named:
    """Shows as its class: the name of a test is the same in every process."""

    def __repr__(self) -> str:
        return type(self).__name__


class Na(_Named):
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


class Nat(_Named):
    """As NaT of pandas and numpy: it differs from itself."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class NumpyBoolean(_Named):
    """As a boolean of numpy."""

    shape = ()

    def __init__(self, value: bool) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return self.value


class NumpyNat(_Named):
    """As NaT of numpy: its comparison gives a boolean of numpy."""

    def __ne__(self, other: object) -> Any:
        return NumpyBoolean(True)


class PyarrowNull(_Named):
    """As a null of pyarrow: equal to itself, and not valid."""

    is_valid = False


class Array(_Named):
    """As an array of numpy: its comparison is an array, which is neither true nor false."""

    shape = (2,)

    def __ne__(self, other: object) -> Any:
        return Array()

    def __bool__(self) -> NoReturn:
        raise ValueError("The truth value of an array with more than one element is ambiguous")


class Incomparable(_Named):
    def __ne__(self, other: object) -> bool:
        raise ArithmeticError
