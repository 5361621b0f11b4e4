"""Patterns of a domain's files, compared with paths part by part.

Upper and lower case do not matter, because the shares that files come from do not tell them apart; nor does it matter
whether a letter with an accent is one character or two, because macOS writes names in the other way.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PureWindowsPath

from company_enrichment.unusable_text import shown

_ANY_FOLDERS = "**"
States = frozenset[int]
"""How far a folder's path has come in a pattern: the numbers of the parts that may come next."""


def pattern_fault(pattern: str) -> str | None:
    """Say why a pattern may match nothing below WDH_DATA_BASE_DIR, as a sentence; None when it may."""
    if pattern.startswith("/") or ".." in re.split(r"[/\\]", pattern) or PureWindowsPath(pattern).drive:
        return f"{shown(pattern)} must be a pattern below WDH_DATA_BASE_DIR, without .. and no leading /"
    if "\\" in pattern:
        return f"{shown(pattern)} must have / between its folders, no backslash"
    if not any(part not in ("", ".") for part in pattern.split("/")):
        return f"{shown(pattern)} names no file"
    return None


class PathPattern:
    """A pattern like ``annuity/**/*.xlsx``: ``*``, ``?`` and ``[…]`` within a part, and ``**`` for any folders."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = [part for part in text.split("/") if part not in ("", ".")]
        self._compiled = [None if part == _ANY_FOLDERS else _compiled(part) for part in self.parts]

    @property
    def start(self) -> States:
        """Return where WDH_DATA_BASE_DIR itself is in the pattern."""
        return self._closed({0})

    @property
    def folder(self) -> str:
        """Return the folders at its beginning that are no patterns."""
        named = []
        for part in self.parts[:-1]:
            if re.search(r"[*?\[]", part):
                break
            named.append(part)
        return "/".join(named)

    @property
    def extension(self) -> str:
        """Return the extension that it asks for, without the dot; empty when it asks for none."""
        extension = self.parts[-1].rpartition(".")[2]
        return extension if re.fullmatch("[A-Za-z0-9]{1,5}", extension) and "." in self.parts[-1] else ""

    def below(self, states: States, name: str) -> States:
        """Return where a name in a folder at states is; empty when nothing of that name, or below it, matches."""
        folded = _folded(name)
        reached = set()
        for number in states:
            if number < len(self.parts):
                part = self._compiled[number]
                if part is None:
                    reached.add(number)
                elif part.fullmatch(folded):
                    reached.add(number + 1)
        return self._closed(reached)

    def names(self, states: States, name: str) -> bool:
        """Say whether the pattern itself has this name, letter by letter, as the next part."""
        return any(number < len(self.parts) and _folded(self.parts[number]) == _folded(name) for number in states)

    def ends(self, states: States) -> bool:
        """Say whether what is at states is matched, and not only something below it."""
        return len(self.parts) in states

    def with_any_extension(self) -> PathPattern | None:
        """Return the pattern of files that differ in the extension alone; None when the pattern is about any name."""
        stem, dot, _ = self.text.rpartition(".")
        if not dot or not self.extension or not stem.rpartition("/")[2].strip("*?"):
            return None
        return PathPattern(f"{stem}.*")

    def _closed(self, states: set[int]) -> States:
        reached = set(states)
        for number, part in enumerate(self._compiled):
            if number in reached and part is None:
                reached.add(number + 1)
        return frozenset(reached)


class Exclusion:
    """A pattern of what is no file of the domain: of a name anywhere in the path, or, with a slash, of the path."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._path = PathPattern(text) if "/" in text.rstrip("/") else None
        self._only_folders = text.endswith("/")
        self._name = _compiled(text.rstrip("/"))

    def excludes(self, parts: Sequence[str], *, is_folder: bool) -> bool:
        """Say whether the folder or file at this path is excluded; the folders above it were asked before."""
        if self._only_folders and not is_folder:
            return False
        if self._path is not None:
            states = self._path.start
            for part in parts:
                states = self._path.below(states, part)
            return self._path.ends(states)
        name = _folded(parts[-1])
        stem = name if is_folder else name.rpartition(".")[0]
        return self._name.fullmatch(name) is not None or (bool(stem) and self._name.fullmatch(stem) is not None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _compiled(part: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(_folded(part)))
