"""What a mutant is: a guard that is taken out of a copy of the repository, and the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass

TESTS = "tests/python/integration"


@dataclass(frozen=True)
class Edit:
    """A text that stands in a file exactly once, and what is put there instead."""

    file: str
    text: str
    replacement: str = ""


@dataclass(frozen=True)
class Mutant:
    """A guard that is missing, and the tests that must notice: words of their names, for pytest's -k."""

    name: str
    tests: str
    must_fail: str
    edits: tuple[Edit, ...]


def integration_mutant(name: str, tests: str, must_fail: str, *edits: Edit) -> Mutant:
    return Mutant(name, f"{TESTS}/{tests}.py", must_fail, edits)


def unit_mutant(name: str, tests: str, must_fail: str, *edits: Edit) -> Mutant:
    return Mutant(name, f"tests/python/unit/{tests}.py", must_fail, edits)


def package_mutant(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return Mutant(name, "tests/python/acceptance/test_installed_package.py", must_fail, edits)
