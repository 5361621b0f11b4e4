"""Every setting, its default and where its value came from.

Arguments beat environment variables (``WDH_…``), those beat a ``.env`` file in the working
directory, that beats the default. Database settings are never read from ``.env``: plain dbt
reads none, and both must reach the same database. WDH_SAMPLE is one of them for the same reason.
"""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from dotenv import dotenv_values
from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from company_enrichment.errors import ConfigurationError
from company_enrichment.unusable_text import shown, text_fault

DOTENV_FILE = ".env"
LEASE_SECONDS = 300
RETRY_MINUTES = (1, 5, 15)
MINIMUM_SCORE = Decimal("0.95")
MINIMUM_MARGIN = Decimal("0.10")
MOST_LOOKUPS = 1_000_000
"""More names are looked up by nobody while a caller waits."""
_IDENTIFIER_BYTES = 63
PRODUCTION_TARGET = "default"
"""The target that profiles.yml takes when WDH_DBT_TARGET says nothing."""


def _shown_address(address: str | None) -> str | None:
    """Refuse an address that holds a secret, since settings are shown."""
    if address and not re.fullmatch(r"https?://[^/@?#\s\x00-\x1f]+(/[^?#\s\x00-\x1f]*)?", address):
        raise ValueError("no address")
    return address


def _schema_name(name: str) -> str:
    """Refuse what the macro refuse_unusable_schema refuses, by the same rule."""
    if not re.fullmatch("(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError("no name of a schema")
    return name


def _table_name(name: str | None) -> str | None:
    """Refuse what is no name of a table, or would be cut by PostgreSQL, which counts bytes."""
    if name is None:
        return None
    parts = name.split(".")
    is_cut = any(len(part.encode()) > _IDENTIFIER_BYTES for part in parts)
    if is_cut or not re.fullmatch("[^.]+([.][^.]+)?", name) or not all(part.strip() for part in parts):
        raise ValueError("no name of a table")
    return name


def _token(token: SecretStr | None) -> SecretStr | None:
    """Refuse what no header of HTTP may hold."""
    if token is not None and not re.fullmatch("[!-~]*", token.get_secret_value()):
        raise ValueError("no token")
    return token


def _list(value: Any) -> Any:
    """Read a list of numbers as people write it, 1, 5, 15, and as JSON."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,9}(\s*,\s*[0-9]{1,9})*", text):
        return [int(number) for number in text.split(",")]
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("no list") from None


def _path(value: Any) -> Any:
    """Take an empty path for none: it would be the working directory."""
    return None if isinstance(value, str) and not value.strip(" \t") else value


def _variable(name: str) -> AliasChoices:
    return AliasChoices(name)


def _allowed(phrase: str, *, shows_value: bool = True) -> dict[str, Any]:
    """Say what a setting may hold, where its type does not, and whether an error may show what it holds."""
    return {"allowed": phrase, "shows_value": shows_value}


_ADDRESS = _allowed("an address like https://host/path, without user, password and query", shows_value=False)


def uses_sample() -> bool:
    """Return whether the sample is used: on the embedded server, or where WDH_SAMPLE asks for it.

    The rule of the macro uses_sample(). The environment is read and not the settings: a default depends on it.
    """
    asked_for = os.environ.get("WDH_SAMPLE")
    return asked_for == "true" if asked_for else not os.environ.get("WDH_DATABASE__URI")


def _registry_of_sample() -> str | None:
    return "sample_registry" if uses_sample() else None


def _is_production() -> bool:
    return os.environ.get("WDH_DBT_TARGET", PRODUCTION_TARGET) == PRODUCTION_TARGET


def _provider_of_target(given: dict[str, Any]) -> Literal["registry", "none"]:
    """The registry that there is, for production; a target for trying things out asks nobody unless told to."""
    return "registry" if _is_production() and given.get("registry_table") else "none"


class _CheckedSettings(BaseSettings):
    """Settings whose texts can be stored and sent."""

    @field_validator("*", mode="before")
    @classmethod
    def _is_text(cls, value: Any) -> Any:
        # The bytes of a path need be no text: Python carries them as surrogates, and the system reads them again.
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("holds a NUL character")
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _is_valid_text(cls, value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(text, str) and text_fault(text):
            raise ValueError(text_fault(text) or "")
        return value


class DatabaseSettings(_CheckedSettings):
    """Where the database is. Read from arguments and environment only."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", populate_by_name=True)

    uri: SecretStr | None = Field(
        default=None,
        validation_alias=_variable("WDH_DATABASE__URI"),
        description="postgresql://user:password@host:port/dbname; the embedded server when unset.",
    )
    database_schema: Annotated[str, AfterValidator(_schema_name)] = Field(
        default="enterprise",
        validation_alias=_variable("WDH_DATABASE__SCHEMA"),
        description="The schema of all tables: lower-case letters, digits, underscores.",
        json_schema_extra=_allowed(
            "1 to 63 lower-case letters, digits and underscores, begin with no digit, and be none of PostgreSQL's own"
            " schemas: information_schema, pg_…"
        ),
    )
    sample: Literal["true", "false", ""] = Field(
        default="",
        validation_alias=_variable("WDH_SAMPLE"),
        json_schema_extra=_allowed("true or false"),
        description="Whether the sample is used: its workbooks, mappings and registry. When unset, it is on the "
        "embedded server.",
    )


class Settings(_CheckedSettings):
    """Everything that is not the database."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", populate_by_name=True, env_file=DOTENV_FILE)

    data_base_dir: Annotated[Path | None, BeforeValidator(_path)] = Field(
        default=None,
        validation_alias=_variable("WDH_DATA_BASE_DIR"),
        description="Folder below which a domain's input files are found. Where the sample is used, its workbooks when "
        "unset.",
    )
    workbook_memory_mb: int = Field(
        default=1024,
        ge=128,
        le=1_048_576,
        validation_alias=_variable("WDH_WORKBOOK_MEMORY_MB"),
        description="Megabytes that reading a workbook may take; a larger one is not read, and named.",
    )
    workbook_password_file: Annotated[Path | None, BeforeValidator(_path)] = Field(
        default=None,
        validation_alias=_variable("WDH_WORKBOOK_PASSWORD_FILE"),
        description="File whose first line is the password that opens protected workbooks.",
    )
    dbt_project_dir: Annotated[Path | None, BeforeValidator(_path)] = Field(
        default=None,
        validation_alias=_variable("WDH_DBT_PROJECT_DIR"),
        description="The dbt project; the checkout or the one inside the wheel when unset.",
    )
    domains_dir: Annotated[Path | None, BeforeValidator(_path)] = Field(
        default=None,
        validation_alias=_variable("WDH_DOMAINS_DIR"),
        description="Folder with further domain files, looked into before the package's own.",
    )
    registry_table: Annotated[str | None, AfterValidator(_table_name)] = Field(
        default_factory=_registry_of_sample,
        validation_alias=_variable("WDH_REGISTRY_TABLE"),
        json_schema_extra=_allowed("the name of a table or view, or schema.name, each part of 1 to 63 bytes"),
        description="Table or view with company_id and company_name: name, or schema.name. When unset, the sample's "
        "where the sample is used, otherwise none.",
    )
    # After registry_table, which its default depends on.
    lookup_provider: Literal["registry", "eqc", "reconciliation", "none"] = Field(
        default_factory=_provider_of_target,
        validation_alias=_variable("WDH_LOOKUP_PROVIDER"),
        description="Who is asked about unknown names: registry (a table), eqc, reconciliation or none. When unset, "
        "registry; without a registry table, and for another dbt target (WDH_DBT_TARGET) than the default, none.",
    )
    eqc_base_url: Annotated[str | None, AfterValidator(_shown_address)] = Field(
        default=None,
        validation_alias=_variable("WDH_EQC_BASE_URL"),
        json_schema_extra=_ADDRESS,
        description="Address of EQC, without a path: https://host.",
    )
    eqc_token: Annotated[SecretStr | None, AfterValidator(_token)] = Field(
        default=None,
        validation_alias=_variable("WDH_EQC_TOKEN"),
        json_schema_extra=_allowed("letters, digits and signs without a blank or line break", shows_value=False),
        description="Token of EQC; it lives for 30 minutes, so workers read it from WDH_EQC_TOKEN_FILE instead.",
    )
    eqc_token_file: Annotated[Path | None, BeforeValidator(_path)] = Field(
        default=None,
        validation_alias=_variable("WDH_EQC_TOKEN_FILE"),
        description="File that holds the token of EQC and nothing else, read at each lookup; WDH_EQC_TOKEN beats it.",
    )
    reconciliation_url: Annotated[str | None, AfterValidator(_shown_address)] = Field(
        default=None,
        validation_alias=_variable("WDH_RECONCILIATION_URL"),
        json_schema_extra=_ADDRESS,
        description="Address at which a reconciliation server gives its manifest and takes queries.",
    )
    reconciliation_type: str | None = Field(
        default=None,
        validation_alias=_variable("WDH_RECONCILIATION_TYPE"),
        max_length=200,
        json_schema_extra=_allowed("a text of at most 200 characters"),
        description="Id of the type that is asked for, as the server's manifest lists it; any type when unset.",
    )
    reconciliation_id_prefix: str = Field(
        default="",
        validation_alias=_variable("WDH_RECONCILIATION_ID_PREFIX"),
        pattern="^([a-z][a-z0-9_-]{0,31}:)?$",
        json_schema_extra=_allowed(
            "1 to 32 lower-case letters, digits, - and _ and then a colon, like lei:, or nothing"
        ),
        description="Put before the server's ids when they are of another kind than the company ids, like lei:",
    )
    reconciliation_highest_score: Decimal = Field(
        default=Decimal(100),
        gt=0,
        le=1_000_000,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_RECONCILIATION_HIGHEST_SCORE"),
        description="The score that the server gives to a perfect match: 100, or 1.",
    )
    lookup_minimum_score: Decimal = Field(
        default=MINIMUM_SCORE,
        gt=0,
        le=1,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_LOOKUP_MINIMUM_SCORE"),
        description="The least score, from 0 to 1, of an answer of eqc or reconciliation that is accepted.",
    )
    lookup_minimum_margin: Decimal = Field(
        default=MINIMUM_MARGIN,
        ge=0,
        le=1,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_LOOKUP_MINIMUM_MARGIN"),
        description="How far, from 0 to 1, the next company's score must be below it, unless it is 1.",
    )
    lookup_connect_seconds: float = Field(
        default=5,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_LOOKUP_CONNECT_SECONDS"),
        description="How long a connection to eqc or reconciliation may take, in seconds.",
    )
    lookup_read_seconds: float = Field(
        default=15,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_LOOKUP_READ_SECONDS"),
        description="How long eqc or reconciliation may be silent, in seconds.",
    )
    lookup_total_seconds: float = Field(
        default=30,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_LOOKUP_TOTAL_SECONDS"),
        description="How long a lookup with eqc or reconciliation may take with all of its requests, in seconds;"
        " less than WDH_LOOKUP_TIMEOUT_SECONDS.",
    )
    sync_lookup_budget: int = Field(
        default=5,
        ge=0,
        le=MOST_LOOKUPS,
        validation_alias=_variable("WDH_SYNC_LOOKUP_BUDGET"),
        description="Names a resolver call may look up at once when it does not say otherwise.",
    )
    lookup_batch_size: int = Field(
        default=50,
        ge=1,
        le=10_000,
        validation_alias=_variable("WDH_LOOKUP_BATCH_SIZE"),
        description="Requests a worker claims at once.",
    )
    lookup_lease_seconds: int = Field(
        default=LEASE_SECONDS,
        ge=1,
        le=86_400,
        validation_alias=_variable("WDH_LOOKUP_LEASE_SECONDS"),
        description="How long a claim holds before another worker may take it over, in seconds.",
    )
    lookup_concurrency: int = Field(
        default=4,
        ge=1,
        le=1_000,
        validation_alias=_variable("WDH_LOOKUP_CONCURRENCY"),
        description="Requests a worker asks its provider at once.",
    )
    lookup_rate: float | None = Field(
        default=None,
        gt=0,
        le=100_000,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_LOOKUP_RATE"),
        description="Requests a second that the provider may be asked, by all workers together; no limit when unset.",
    )
    lookup_daily_quota: int | None = Field(
        default=None,
        ge=0,
        le=1_000_000_000,
        validation_alias=_variable("WDH_LOOKUP_DAILY_QUOTA"),
        description="Requests a day (UTC) that the provider may be asked, by all workers; no limit when unset.",
    )
    lookup_timeout_seconds: float = Field(
        default=60,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_LOOKUP_TIMEOUT_SECONDS"),
        description="How long a worker waits for the answer to one name; none in time is a failed attempt, in seconds.",
    )
    lookup_grace_seconds: float = Field(
        default=30,
        ge=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=_variable("WDH_LOOKUP_GRACE_SECONDS"),
        description="How long a worker that is told to stop waits for the answers to what it has asked, in seconds.",
    )
    lookup_retry_minutes: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=0, le=525_600)], ...], NoDecode, BeforeValidator(_list)
    ] = Field(
        default=RETRY_MINUTES,
        max_length=100,
        validation_alias=_variable("WDH_LOOKUP_RETRY_MINUTES"),
        json_schema_extra=_allowed("at most 100 whole numbers from 0 to 525600, like 1,5,15"),
        description="Waiting times after failed lookups, in minutes; one failure more is final.",
    )


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
