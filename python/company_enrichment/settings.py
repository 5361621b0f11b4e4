"""Every setting, its default and where its value came from.

Arguments beat environment variables (``WDH_…``), those beat a ``.env`` file in the working
directory, that beats the default. Database settings are never read from ``.env``: plain dbt
reads none, and both must reach the same database.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from company_enrichment.errors import ConfigurationError

DOTENV_FILE = ".env"
PRODUCTION_TARGET = "default"
"""The target that profiles.yml takes when WDH_DBT_TARGET says nothing."""


def _shown_address(address: str | None) -> str | None:
    """Refuse an address that holds a secret, since settings are shown."""
    if address and not re.fullmatch(r"https?://[^/@?#\s]+(/[^?#\s]*)?", address):
        raise ValueError("must be an address like https://host/path, without user, password and query")
    return address


def _variable(name: str) -> AliasChoices:
    return AliasChoices(name)


def _provider_of_target() -> Literal["registry", "none"]:
    """A registry is asked for production; a target for trying things out does not spend its quota unless told to."""
    return "registry" if os.environ.get("WDH_DBT_TARGET", PRODUCTION_TARGET) == PRODUCTION_TARGET else "none"


class DatabaseSettings(BaseSettings):
    """Where the database is. Read from arguments and environment only."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", populate_by_name=True)

    uri: SecretStr | None = Field(
        default=None,
        validation_alias=_variable("WDH_DATABASE__URI"),
        description="postgresql://user:password@host:port/dbname; the embedded server when unset.",
    )
    database_schema: str = Field(
        default="enterprise",
        validation_alias=_variable("WDH_DATABASE__SCHEMA"),
        pattern="^[a-z_][a-z0-9_]*$",
        max_length=63,
        description="The schema of all tables: lower-case letters, digits, underscores.",
    )


class Settings(BaseSettings):
    """Everything that is not the database."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", populate_by_name=True, env_file=DOTENV_FILE)

    data_base_dir: Path | None = Field(
        default=None,
        validation_alias=_variable("WDH_DATA_BASE_DIR"),
        description="Folder below which a domain's input files are found; the sample workbooks when unset.",
    )
    dbt_project_dir: Path | None = Field(
        default=None,
        validation_alias=_variable("WDH_DBT_PROJECT_DIR"),
        description="The dbt project; the checkout or the one inside the wheel when unset.",
    )
    domains_dir: Path | None = Field(
        default=None,
        validation_alias=_variable("WDH_DOMAINS_DIR"),
        description="Folder with further domain files, looked into before the package's own.",
    )
    lookup_provider: Literal["registry", "eqc", "reconciliation", "none"] = Field(
        default_factory=_provider_of_target,
        validation_alias=_variable("WDH_LOOKUP_PROVIDER"),
        description="Who is asked about unknown names: registry (a table), eqc, reconciliation or none. Registry when "
        "unset, and none for another dbt target (WDH_DBT_TARGET) than the profile's default.",
    )
    registry_table: str = Field(
        default="sample_registry",
        validation_alias=_variable("WDH_REGISTRY_TABLE"),
        description="Table or view with company_id and company_name: name, or schema.name.",
    )
    eqc_base_url: Annotated[str | None, AfterValidator(_shown_address)] = Field(
        default=None,
        validation_alias=_variable("WDH_EQC_BASE_URL"),
        description="Address of EQC, without a path: https://host.",
    )
    eqc_token: SecretStr | None = Field(
        default=None,
        validation_alias=_variable("WDH_EQC_TOKEN"),
        description="Token of EQC; it lives for 30 minutes, so workers read it from WDH_EQC_TOKEN_FILE instead.",
    )
    eqc_token_file: Path | None = Field(
        default=None,
        validation_alias=_variable("WDH_EQC_TOKEN_FILE"),
        description="File that holds the token of EQC and nothing else, read at each lookup; WDH_EQC_TOKEN beats it.",
    )
    reconciliation_url: Annotated[str | None, AfterValidator(_shown_address)] = Field(
        default=None,
        validation_alias=_variable("WDH_RECONCILIATION_URL"),
        description="Address at which a reconciliation server gives its manifest and takes queries.",
    )
    reconciliation_type: str | None = Field(
        default=None,
        validation_alias=_variable("WDH_RECONCILIATION_TYPE"),
        description="Id of the type that is asked for, as the server's manifest lists it; any type when unset.",
    )
    reconciliation_id_prefix: str = Field(
        default="",
        validation_alias=_variable("WDH_RECONCILIATION_ID_PREFIX"),
        pattern="^([a-z][a-z0-9_-]*:)?$",
        description="Put before the server's ids when they are of another kind than the company ids, like lei:",
    )
    reconciliation_highest_score: Decimal = Field(
        default=Decimal(100),
        gt=0,
        validation_alias=_variable("WDH_RECONCILIATION_HIGHEST_SCORE"),
        description="The score that the server gives to a perfect match: 100, or 1.",
    )
    lookup_minimum_score: Decimal = Field(
        default=Decimal("0.95"),
        gt=0,
        le=1,
        validation_alias=_variable("WDH_LOOKUP_MINIMUM_SCORE"),
        description="The least score, from 0 to 1, of an answer of eqc or reconciliation that is accepted.",
    )
    lookup_minimum_margin: Decimal = Field(
        default=Decimal("0.10"),
        ge=0,
        le=1,
        validation_alias=_variable("WDH_LOOKUP_MINIMUM_MARGIN"),
        description="How far, from 0 to 1, the next company's score must be below it, unless it is 1.",
    )
    lookup_connect_seconds: float = Field(
        default=5,
        gt=0,
        validation_alias=_variable("WDH_LOOKUP_CONNECT_SECONDS"),
        description="How long a connection to eqc or reconciliation may take, in seconds.",
    )
    lookup_read_seconds: float = Field(
        default=15,
        gt=0,
        validation_alias=_variable("WDH_LOOKUP_READ_SECONDS"),
        description="How long eqc or reconciliation may be silent, in seconds.",
    )
    lookup_total_seconds: float = Field(
        default=30,
        gt=0,
        validation_alias=_variable("WDH_LOOKUP_TOTAL_SECONDS"),
        description="How long a lookup with eqc or reconciliation may take with all of its requests, in seconds;"
        " less than WDH_LOOKUP_TIMEOUT_SECONDS.",
    )
    sync_lookup_budget: int = Field(
        default=5,
        ge=0,
        validation_alias=_variable("WDH_SYNC_LOOKUP_BUDGET"),
        description="Names a resolver call may look up at once when it does not say otherwise.",
    )
    lookup_batch_size: int = Field(
        default=50,
        ge=1,
        validation_alias=_variable("WDH_LOOKUP_BATCH_SIZE"),
        description="Requests a worker claims at once.",
    )
    lookup_lease_seconds: int = Field(
        default=300,
        ge=1,
        validation_alias=_variable("WDH_LOOKUP_LEASE_SECONDS"),
        description="How long a claim holds before another worker may take it over, in seconds.",
    )
    lookup_concurrency: int = Field(
        default=4,
        ge=1,
        validation_alias=_variable("WDH_LOOKUP_CONCURRENCY"),
        description="Requests a worker asks its provider at once.",
    )
    lookup_rate: float | None = Field(
        default=None,
        gt=0,
        validation_alias=_variable("WDH_LOOKUP_RATE"),
        description="Requests a second that the provider may be asked, by all workers together; no limit when unset.",
    )
    lookup_daily_quota: int | None = Field(
        default=None,
        ge=0,
        validation_alias=_variable("WDH_LOOKUP_DAILY_QUOTA"),
        description="Requests a day (UTC) that the provider may be asked, by all workers; no limit when unset.",
    )
    lookup_timeout_seconds: float = Field(
        default=60,
        gt=0,
        validation_alias=_variable("WDH_LOOKUP_TIMEOUT_SECONDS"),
        description="How long a worker waits for the answer to one name; none in time is a failed attempt, in seconds.",
    )
    lookup_grace_seconds: float = Field(
        default=30,
        ge=0,
        validation_alias=_variable("WDH_LOOKUP_GRACE_SECONDS"),
        description="How long a worker that is told to stop waits for the answers to what it has asked, in seconds.",
    )
    lookup_retry_minutes: tuple[int, ...] = Field(
        default=(1, 5, 15),
        validation_alias=_variable("WDH_LOOKUP_RETRY_MINUTES"),
        description="Waiting times after failed lookups, in minutes; one failure more is final.",
    )


def load_settings(**arguments: Any) -> Settings:
    """Return the settings in force.

    Raises ConfigurationError that names the setting and what is wrong with it.
    """
    try:
        return Settings(**arguments)
    except ValidationError as error:
        raise _configuration_error(error) from None


def load_database_settings(**arguments: Any) -> DatabaseSettings:
    """Return the database settings in force; errors as in :func:`load_settings`."""
    try:
        return DatabaseSettings(**arguments)
    except ValidationError as error:
        raise _configuration_error(error) from None


def _configuration_error(error: ValidationError) -> ConfigurationError:
    # The offending value is left out: it may be a secret.
    problems = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
    return ConfigurationError("; ".join(problems))


def describe_settings() -> list[dict[str, str]]:
    """Return name, value and origin of every setting, secrets as ``***``, for `status`."""
    dotenv = dotenv_values(DOTENV_FILE) if Path(DOTENV_FILE).is_file() else {}
    described = []
    for group, may_use_dotenv in ((load_database_settings(), False), (load_settings(), True)):
        for name, field in type(group).model_fields.items():
            alias = field.validation_alias
            assert isinstance(alias, AliasChoices)  # noqa: S101 - narrows the type for mypy
            variable = str(alias.choices[0])
            value = getattr(group, name)
            if variable in os.environ:
                origin = "environment"
            elif may_use_dotenv and variable in dotenv:
                origin = DOTENV_FILE
            else:
                origin = "default"
            shown = "***" if isinstance(value, SecretStr) else "" if value is None else str(value)
            described.append({"name": variable, "value": shown, "origin": origin})
    return described
