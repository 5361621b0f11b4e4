"""Finds the files of a domain, and says which of them are to be read: of each period its newest version."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from company_enrichment.dbt_runner import project_directory
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.file_search import search_files
from company_enrichment.ingestion.periods import NO_VERSION, Version, shown_version
from company_enrichment.ingestion.side_files import is_side_file
from company_enrichment.settings import Settings, uses_sample

_SHOWN = 10
_LOOKED_AT = 1000
"""How many files are looked at to say what is there: a share may have millions."""


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """A file of a domain, or what somebody may take for one: problem or not_of_domain says why it is not read."""

    path: Path
    place: str
    """Its path below WDH_DATA_BASE_DIR, with slashes."""
    real_path: Path
    """Where it is when every link was followed."""
    period: str | None = None
    """None where its path says none."""
    version: Version | None = None
    other_months: tuple[str, ...] = ()
    """Further months in its path, which do not count."""
    problem: str | None = None
    not_of_domain: str | None = None

    @property
    def described(self) -> str:
        """The place, with the version where there is one."""
        if self.period is None or self.version is None:
            return self.place
        return f"{self.place} (version {shown_version(self.version)} of {self.period})"


@dataclass(frozen=True, kw_only=True)
class ChosenFile:
    """What is to be done with a file: it is read, unless superseded_by, problem or not_of_domain says why not."""

    file: InputFile
    superseded_by: InputFile | None = None
    problem: str | None = None
    not_of_domain: str | None = None


def find_files(domain: Domain, base_dir: Path) -> list[InputFile]:
    """Return what is below base_dir and may be one of the domain's files, by path.

    Files that programs keep for themselves are passed over without a word. What only looks like one of the domain's
    files says why it is none.

    Raises ConfigurationError when the folder is missing, or when a version is no number.
    """
    found = []
    for path in search_files(base_dir, domain.patterns, domain.exclusions):
        file = InputFile(**vars(path))
        if file.problem is None and file.not_of_domain is None:
            reading = domain.read_path(file.place)
            file = InputFile(
                **{
                    **vars(path),
                    "period": None if reading.known is None else reading.known.period,
                    "version": None if reading.known is None else reading.known.version,
                    "other_months": reading.other_months,
                }
            )
        found.append(file)
    return found


def describe_missing_files(domain: Domain, base_dir: Path) -> str:
    """Say that no file below base_dir is the domain's, and which files are where its patterns look for them."""
    folder = base_dir
    for part in min((pattern.folder for pattern in domain.patterns), key=len).split("/"):
        if not part or not (folder / part).is_dir() or (folder / part).is_symlink():
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
        f" {describe_patterns(domain)}. {there}"
    )


def describe_patterns(domain: Domain) -> str:
    """Return the domain's patterns as a part of a sentence; those that differ in the extension alone are one."""
    extensions: dict[str, list[str]] = defaultdict(list)
    for pattern in domain.patterns:
        stem = pattern.text.removesuffix(f".{pattern.extension}") if pattern.extension else pattern.text
        extensions[stem].append(pattern.text.removeprefix(stem))
    texts = [
        stem + first + (f" (or {', '.join(others)})" if others else "") for stem, (first, *others) in extensions.items()
    ]
    if domain.exclusions:
        texts[-1] += f", without {', '.join(rule.text for rule in domain.exclusions)}"
    return " or ".join(texts)


def has_files(files: list[InputFile]) -> bool:
    """Say whether any of them is the domain's, be it readable or not."""
    return any(file.not_of_domain is None for file in files)


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
        if file.problem is not None or file.not_of_domain is not None:
            chosen.append(ChosenFile(file=file, problem=file.problem, not_of_domain=file.not_of_domain))
        elif file.period is not None and file.version != newest[file.period].version:
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
    # A pipe would not end, and a link may have been put in the place of the file since it was found.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        with open(os.open(file.real_path, flags), "rb") as opened:  # noqa: PTH123 - Path.open takes no flags
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise InputFileError(f"{file.path}: cannot be read: it is no regular file")
            content = opened.read()
    except OSError as error:
        raise InputFileError(f"{file.path}: cannot be read: {error.strerror}") from error
    return content, hashlib.sha256(content).hexdigest()


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent) / name for name in names if not is_side_file(name))


def _version(file: InputFile) -> Version:
    return file.version or NO_VERSION


def _are_copies(files: list[InputFile]) -> bool:
    try:
        return len({read_bytes(file)[1] for file in files}) == 1
    except InputFileError:
        return False


def _same_version(file: InputFile, rivals: list[InputFile]) -> str:
    others = ", ".join(rival.place for rival in rivals if rival is not file)
    return (
        f"{file.place} and {others} are both version {shown_version(_version(file))} of {file.period}, with other"
        " content: remove one, or give the right one a higher version."
    )


def data_base_dir(settings: Settings) -> Path:
    """Return WDH_DATA_BASE_DIR, or the folder of the sample workbooks where the sample is used.

    Raises ConfigurationError where there is neither: nobody gets customers whom he has not asked for.
    """
    if settings.data_base_dir is not None:
        return settings.data_base_dir
    if uses_sample():
        return project_directory(settings) / "seeds" / "workbooks"
    raise ConfigurationError(
        "WDH_DATA_BASE_DIR is not set: it names the folder of the files to take in. The sample workbooks are for the "
        "embedded server; they go into the database that WDH_DATABASE__URI names only when they are asked for: "
        "WDH_SAMPLE=true, or company-enrichment run --sample. Nothing was done."
    )
