"""Finds the files of a domain, and says which of them are to be read: of each period its newest version."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from company_enrichment.domains import Domain
from company_enrichment.errors import ConfigurationError, InputFileError

_SHOWN = 10
_LOOKED_AT = 1000
"""How many files are looked at to say what is there: a share may have millions."""


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """A file of a domain; period None where its path says none."""

    path: Path
    place: str
    """Its path below WDH_DATA_BASE_DIR, with slashes."""
    period: str | None
    version: int | None

    @property
    def described(self) -> str:
        """The place, with the version where there is one."""
        return self.place if self.period is None else f"{self.place} (version {self.version} of {self.period})"


@dataclass(frozen=True, kw_only=True)
class ChosenFile:
    """What is to be done with a file: it is read, unless superseded_by or problem says why not."""

    file: InputFile
    superseded_by: InputFile | None = None
    problem: str | None = None


def find_files(domain: Domain, base_dir: Path) -> list[InputFile]:
    """Return the domain's files below base_dir by their path.

    Raises ConfigurationError when the folder is missing.
    """
    if not base_dir.is_dir():
        raise ConfigurationError(f"WDH_DATA_BASE_DIR is {base_dir}, which is not a folder.")
    found = []
    for path in sorted(base_dir.glob(domain.files)):
        # Spreadsheet programs keep a lock file ~$name beside a workbook that is open.
        if path.name.startswith("~$") or not path.is_file():
            continue
        place = path.relative_to(base_dir).as_posix()
        known = domain.period_version(place)
        found.append(
            InputFile(
                path=path,
                place=place,
                period=None if known is None else known.period,
                version=None if known is None else known.version,
            )
        )
    return found


def describe_missing_files(domain: Domain, base_dir: Path) -> str:
    """Say that no file below base_dir is the domain's, and which files are where its pattern looks for them."""
    folder = base_dir
    for part in PurePosixPath(domain.files).parts[:-1]:
        if set(part) & set("*?[") or not (folder / part).is_dir():
            break
        folder /= part
    places = sorted(path.relative_to(base_dir).as_posix() for path in islice(_files_below(folder), _LOOKED_AT))
    if not places:
        there = f"{folder} holds no file at all."
    else:
        more = len(places) - _SHOWN
        at_least = "at least " if len(places) == _LOOKED_AT else ""
        there = f"There are: {', '.join(places[:_SHOWN])}" + (f" and {at_least}{more:,} more." if more > 0 else ".")
    return (
        f"No file of domain {domain.name} is there: nothing below {base_dir} (WDH_DATA_BASE_DIR) matches"
        f" {domain.files}. {there}"
    )


def choose_files(files: list[InputFile]) -> list[ChosenFile]:
    """Say of each file, in order, whether it is read: the newest version of a period, and all files without one.

    Two different files of one version are a problem of both: which is right cannot be known. Copies of one file are no
    problem: the first is read, and the others are already loaded then.
    """
    by_period: dict[str, list[InputFile]] = defaultdict(list)
    for file in files:
        if file.period is not None:
            by_period[file.period].append(file)
    newest = {period: max(of_period, key=_version) for period, of_period in by_period.items()}
    contested = {
        period: rivals
        for period, of_period in by_period.items()
        if len(rivals := [file for file in of_period if file.version == newest[period].version]) > 1
        and not _are_copies(rivals)
    }
    chosen = []
    for file in files:
        if file.period is not None and file.version != newest[file.period].version:
            chosen.append(ChosenFile(file=file, superseded_by=newest[file.period]))
        elif file.period in contested:
            chosen.append(ChosenFile(file=file, problem=_same_version(file, contested[file.period])))
        else:
            chosen.append(ChosenFile(file=file))
    return chosen


def read_bytes(file: InputFile) -> tuple[bytes, str]:
    """Return a file's bytes and their hash; both of one reading, so that what is hashed is what is loaded.

    Raises InputFileError when it cannot be read.
    """
    try:
        content = file.path.read_bytes()
    except OSError as error:
        raise InputFileError(f"{file.path}: cannot be read: {error.strerror}") from error
    return content, hashlib.sha256(content).hexdigest()


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent) / name for name in names)


def _version(file: InputFile) -> int:
    return file.version or 0


def _are_copies(files: list[InputFile]) -> bool:
    try:
        return len({read_bytes(file)[1] for file in files}) == 1
    except InputFileError:
        return False


def _same_version(file: InputFile, rivals: list[InputFile]) -> str:
    others = ", ".join(rival.place for rival in rivals if rival is not file)
    return (
        f"{file.place} and {others} are both version {file.version} of {file.period}, with other content: "
        "remove one, or give the right one a higher version."
    )
