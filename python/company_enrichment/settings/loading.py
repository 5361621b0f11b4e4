"""Reads the settings, and says what is wrong with them and where each value came from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, get_args

from dotenv import dotenv_values
from pydantic import AliasChoices, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

from company_enrichment.errors import ConfigurationError
from company_enrichment.settings.model import DOTENV_FILE, DatabaseSettings, Settings
from company_enrichment.unusable_text import shown


def load_settings(**arguments: Any) -> Settings:
    """Return the settings in force.

    Raises ConfigurationError that names each setting that cannot be used, its value unless it is a secret, and what is
    allowed.
    """
    try:
        return Settings(**arguments)
    except ValidationError as error:
        raise _configuration_error(Settings, error) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{DOTENV_FILE} in the working directory is not valid UTF-8.") from None


def load_database_settings(**arguments: Any) -> DatabaseSettings:
    """Return the database settings in force; errors as in :func:`load_settings`."""
    try:
        return DatabaseSettings(**arguments)
    except ValidationError as error:
        raise _configuration_error(DatabaseSettings, error) from None


def _configuration_error(settings: type[BaseSettings], error: ValidationError) -> ConfigurationError:
    fields = {variable: field for name, field in settings.model_fields.items() for variable in (name, _name_of(field))}
    faults = {
        _name_of(field): _fault(field, problem)
        for problem in error.errors()
        if (field := fields.get(str(problem["loc"][0]))) is not None
    }
    return ConfigurationError("; ".join(faults.values()) or str(error))


def _name_of(field: FieldInfo) -> str:
    alias = field.validation_alias
    assert isinstance(alias, AliasChoices)  # noqa: S101 - narrows the type for mypy
    return str(alias.choices[0])


def _fault(field: FieldInfo, problem: ErrorDetails) -> str:
    variable = _name_of(field)
    about = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    is_secret = SecretStr in (field.annotation, *get_args(field.annotation))
    # Of a list the input is what JSON makes of it, or the entry at fault; the environment has the whole text.
    is_whole = len(problem["loc"]) == 1 and isinstance(problem["input"], str)
    value = problem["input"] if is_whole else os.environ.get(variable, problem["input"])
    given = "" if is_secret or not about.get("shows_value", True) else f" is {shown(value)}; it"
    return f"{variable}{given} must be {about.get('allowed') or _allowed_by_type(field)}"


def _allowed_by_type(field: FieldInfo) -> str:
    types = [kind for kind in (field.annotation, *get_args(field.annotation)) if kind is not None]
    choices = get_args(field.annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        return f"one of {', '.join(choices)}"
    bounds = {
        name: getattr(limit, name) for limit in field.metadata for name in ("gt", "ge", "le") if hasattr(limit, name)
    }
    if "le" in bounds:
        kind = "a whole number" if int in types else "a number"
        least = f"from {bounds['ge']}" if "ge" in bounds else f"above {bounds['gt']}, up"
        return f"{kind} {least} to {bounds['le']}"
    return "a path" if Path in types else "a text that is valid UTF-8"


def names_of_settings() -> tuple[str, ...]:
    """Return the names of the settings that may be in .env, too."""
    return tuple(map(_name_of, Settings.model_fields.values()))


def names_of_database_settings() -> tuple[str, ...]:
    """Return the names of the settings that are read from the environment only."""
    return tuple(map(_name_of, DatabaseSettings.model_fields.values()))


def describe_settings() -> list[dict[str, str]]:
    """Return name, value and origin of every setting, secrets as ``***``, for `status`."""
    dotenv = dotenv_values(DOTENV_FILE) if Path(DOTENV_FILE).is_file() else {}
    described = []
    for group, may_use_dotenv in ((load_database_settings(), False), (load_settings(), True)):
        for name, field in type(group).model_fields.items():
            variable = _name_of(field)
            value = getattr(group, name)
            if variable in os.environ:
                origin = "environment"
            elif may_use_dotenv and variable in dotenv:
                origin = DOTENV_FILE
            else:
                origin = "default"
            described.append({"name": variable, "value": _shown(value), "origin": origin})
    return described


def _shown(value: object) -> str:
    """Return a value as it is written in a setting, a secret as ``***``."""
    if isinstance(value, SecretStr):
        return "***"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)
