"""Walks through WDH_DATA_BASE_DIR for the files of a domain, and never leaves it.

A link that leads out is refused by name; one that stays inside is followed, unless it leads round in a circle.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.path_patterns import Exclusion, PathPattern, States
from company_enrichment.ingestion.side_files import is_side_file, is_side_folder

_Identity = tuple[int, int]
_LEADS_OUT = (
    "is a link that leads out of WDH_DATA_BASE_DIR, and nothing outside is read:"
    " put what it leads to below it, or name it in exclude."
)
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, kw_only=True)
class FoundPath:
    """A file that the patterns match, or what may be taken for one: problem or not_of_domain says why it is none."""

    path: Path
    place: str
    """The path below WDH_DATA_BASE_DIR, with slashes; names in another encoding as people would read them."""
    real_path: Path
    """Where the file is when every link was followed."""
    problem: str | None = None
    """Why it cannot be taken in, as a sentence."""
    not_of_domain: str | None = None
    """Why it is no file of the domain although it looks like one."""


@dataclass(frozen=True)
class _Folder:
    """A folder to look into, and how it was reached."""

    path: Path
    parts: tuple[str, ...]
    states: tuple[States, ...]
    above: tuple[_Identity, ...]
    """The folders on the way to it, itself included."""
    by_link: set[_Identity] | None = None
    """What was seen behind the link that leads to it; None when no link does."""


class _Seen(NamedTuple):
    """An entry of a folder whose name may belong to the domain."""

    path: Path
    parts: tuple[str, ...]
    states: tuple[States, ...]
    is_link: bool


@dataclass
class _Found:
    paths: list[FoundPath] = field(default_factory=list)
    direct: set[_Identity] = field(default_factory=set)
    linked: list[tuple[_Identity, FoundPath]] = field(default_factory=list)


def search_files(base_dir: Path, patterns: Sequence[PathPattern], exclusions: Sequence[Exclusion]) -> list[FoundPath]:
    """Return what is below base_dir and matches a pattern, or would but for an exclusion or its extension, by place.

    A file that is found at its own place is not found again behind a link.

    Raises ConfigurationError when base_dir is missing or cannot be opened.
    """
    if not base_dir.is_dir():
        raise ConfigurationError(f"WDH_DATA_BASE_DIR is {base_dir}, which is not a folder.")
    return _Search(base_dir, patterns, exclusions).run()


class _Search:
    def __init__(self, base_dir: Path, patterns: Sequence[PathPattern], exclusions: Sequence[Exclusion]) -> None:
        self._base_dir = base_dir
        self._real_base = Path(os.path.realpath(base_dir))
        self._patterns = patterns
        self._lookalikes = [near for pattern in patterns if (near := pattern.with_any_extension()) is not None]
        self._all = [*patterns, *self._lookalikes]
        self._exclusions = exclusions
        self._found = _Found()

    def run(self) -> list[FoundPath]:
        start = tuple(pattern.start for pattern in self._all)
        try:
            waiting = [_Folder(self._base_dir, (), start, (_identity(self._base_dir.stat()),))]
            os.scandir(self._base_dir).close()
        except OSError as error:
            raise ConfigurationError(
                f"WDH_DATA_BASE_DIR is {self._base_dir}, which cannot be opened: {error.strerror}."
            ) from error
        while waiting:
            waiting.extend(self._look_into(waiting.pop()))
        found = self._found
        found.paths.extend(path for identity, path in found.linked if identity not in found.direct)
        return sorted(found.paths, key=lambda path: path.place)

    def _look_into(self, folder: _Folder) -> list[_Folder]:
        try:
            with os.scandir(folder.path) as listed:
                entries = list(listed)
        except OSError as error:
            self._refuse(folder.path, folder.parts, f"cannot be opened: {error.strerror}.")
            return []
        below = (self._look_at(entry, folder) for entry in entries)
        return [found for found in below if found is not None]

    def _look_at(self, entry: os.DirEntry[str], folder: _Folder) -> _Folder | None:
        """Take a file in, or return the folder to look into."""
        name = _readable(entry.name)
        states = tuple(pattern.below(state, name) for pattern, state in zip(self._all, folder.states, strict=True))
        # What a listing says of most entries spares a question to the share for each.
        if not any(states) or (entry.is_file(follow_symlinks=False) and not self._resembles(states)):
            return None
        seen = _Seen(Path(entry.path), (*folder.parts, name), states, entry.is_symlink())
        try:
            status = entry.stat()
        except OSError as error:
            if self._matches(states) and self._is_wanted(seen, folder, is_folder=False):
                what = "is a link to nothing" if seen.is_link else "cannot be opened"
                self._refuse(seen.path, seen.parts, f"{what}: {error.strerror}.")
            return None
        is_folder = stat.S_ISDIR(status.st_mode)
        if not (is_folder or self._resembles(states)) or not self._is_wanted(seen, folder, is_folder=is_folder):
            return None
        if seen.is_link and not self._is_inside(seen.path):
            if is_folder or self._matches(states):
                self._refuse(seen.path, seen.parts, _LEADS_OUT)
        elif is_folder:
            return self._folder(seen, folder, _identity(status))
        else:
            self._take_file(seen, status, by_link=seen.is_link or folder.by_link is not None)
        return None

    def _folder(self, seen: _Seen, above: _Folder, identity: _Identity) -> _Folder | None:
        """Return the folder to look into; None when a link leads to it that was followed before."""
        by_link = above.by_link
        if by_link is None and seen.is_link:
            by_link = set()
        if identity in above.above or (by_link is not None and identity in by_link):
            return None
        if by_link is not None:
            by_link.add(identity)
        return _Folder(seen.path, seen.parts, seen.states, (*above.above, identity), by_link)

    def _take_file(self, seen: _Seen, status: os.stat_result, *, by_link: bool) -> None:
        path, parts = seen.path, seen.parts
        if not self._matches(seen.states):
            asked = sorted({f".{pattern.extension}" for pattern in self._patterns if pattern.extension})
            self._pass_over(path, parts, f"its extension is none of the domain's: {', '.join(asked)}")
        elif not stat.S_ISREG(status.st_mode):
            kind = next((kind for is_kind, kind in _KINDS if is_kind(status.st_mode)), "something else")
            self._refuse(path, parts, f"is {kind}, no file: remove it, or name it in exclude.")
        elif _readable(str(path)) != str(path):
            self._refuse(path, parts, "has a name that is not valid UTF-8: rename it.")
        else:
            found = FoundPath(path=path, place="/".join(parts), real_path=Path(os.path.realpath(path)))
            if by_link:
                self._found.linked.append((_identity(status), found))
            else:
                self._found.direct.add(_identity(status))
                self._found.paths.append(found)

    def _is_wanted(self, seen: _Seen, folder: _Folder, *, is_folder: bool) -> bool:
        """Say whether it is neither a program's nor excluded; what is excluded is named."""
        name = seen.parts[-1]
        if is_folder:
            named = zip(self._all, folder.states, strict=True)
            if is_side_folder(name) and not any(pattern.names(state, name) for pattern, state in named):
                return False
        elif is_side_file(name):
            return False
        for rule in self._exclusions:
            if rule.excludes(seen.parts, is_folder=is_folder):
                if is_folder or self._matches(seen.states):
                    self._pass_over(seen.path, seen.parts, f"excluded by {rule.text}")
                return False
        return True

    def _matches(self, states: tuple[States, ...]) -> bool:
        return any(pattern.ends(state) for pattern, state in zip(self._patterns, states, strict=False))

    def _resembles(self, states: tuple[States, ...]) -> bool:
        return any(pattern.ends(state) for pattern, state in zip(self._all, states, strict=True))

    def _is_inside(self, path: Path) -> bool:
        return Path(os.path.realpath(path)).is_relative_to(self._real_base)

    def _refuse(self, path: Path, parts: tuple[str, ...], problem: str) -> None:
        place = "/".join(parts)
        self._found.paths.append(FoundPath(path=path, place=place, real_path=path, problem=f"{place} {problem}"))

    def _pass_over(self, path: Path, parts: tuple[str, ...], reason: str) -> None:
        self._found.paths.append(FoundPath(path=path, place="/".join(parts), real_path=path, not_of_domain=reason))


def _identity(status: os.stat_result) -> _Identity:
    return status.st_dev, status.st_ino


def _readable(name: str) -> str:
    """Return a name as its writer meant it: one that is not valid UTF-8 was most often written in GB18030."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name
