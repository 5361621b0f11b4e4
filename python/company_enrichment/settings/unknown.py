"""Finds settings that are misspelt: a name that nobody reads is no error, because other programs may own it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dotenv import dotenv_values

from company_enrichment.settings import DOTENV_FILE, names_of_database_settings, names_of_settings

ENVIRONMENT_ONLY = ("WDH_STATE_DIR", "WDH_PG_BIN", "WDH_LOG_LEVEL", "WDH_DBT_TARGET", "WDH_RUN_ID")
"""What is read from the environment without being a setting of settings.py."""

_PREFIX = "WDH_"
# Of the part after the prefix, in which all names differ.
_SIMILAR = 0.6
# Of the whole name, where the prefix itself is misspelt: names of other programs must not be taken for ours.
_NEARLY_THE_SAME = 0.93


def describe_unknown_settings() -> list[str]:
    """Return a sentence on each name of the environment and of .env that seems to be meant for us, and is not read."""
    read_from_dotenv = names_of_settings()
    exported_only = (*names_of_database_settings(), *ENVIRONMENT_ONLY)
    known = (*read_from_dotenv, *exported_only)
    sentences = [
        f"{name} is no setting, and has no effect{_meant(meant)}" for name, meant in _unknown(sorted(os.environ), known)
    ]
    dotenv: list[str] = []
    # What is wrong with the file itself is said where the settings are read.
    with suppress(OSError, UnicodeDecodeError):
        if Path(DOTENV_FILE).is_file():
            dotenv = sorted(dotenv_values(DOTENV_FILE))
    sentences += [
        f"{name} in {DOTENV_FILE} has no effect, because plain dbt reads no {DOTENV_FILE}: export it."
        for name in dotenv
        if name in exported_only
    ]
    sentences += [
        f"{name} in {DOTENV_FILE} is no setting, and has no effect{_meant(meant)}"
        for name, meant in _unknown(dotenv, known)
    ]
    return sentences


def _unknown(names: Iterable[str], known: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """Return the names that seem to be meant for us and are not known, each with the nearest one that is."""
    unknown = []
    for name in names:
        if name in known:
            continue
        if name.upper().startswith(_PREFIX):
            unknown.append((name, _nearest(name, known)))
        elif nearest := difflib.get_close_matches(name.upper(), known, n=1, cutoff=_NEARLY_THE_SAME):
            unknown.append((name, nearest[0]))
    return unknown


def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    endings = {setting.removeprefix(_PREFIX): setting for setting in known}
    found = difflib.get_close_matches(name.upper().removeprefix(_PREFIX), endings, n=1, cutoff=_SIMILAR)
    return endings[found[0]] if found else None


def _meant(meant: str | None) -> str:
    return f". Is {meant} meant?" if meant else "; `company-enrichment status` lists the settings."
