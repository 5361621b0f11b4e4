"""The settings: names, defaults, limits and what each means."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from company_enrichment.settings.checks import (
    address_without_secret,
    allowed,
    header_token,
    listed_numbers,
    path_or_none,
    schema_name,
    table_name,
    variable,
)
from company_enrichment.unusable_text import text_fault

DOTENV_FILE = ".env"
LEASE_SECONDS = 300
CONNECT_SECONDS: float = 5
READ_SECONDS: float = 15
TOTAL_SECONDS: float = 30
RETRY_MINUTES = (1, 5, 15)
MINIMUM_SCORE = Decimal("0.95")
MINIMUM_MARGIN = Decimal("0.10")
MOST_LOOKUPS = 1_000_000
"""More names are looked up by nobody while a caller waits."""
PRODUCTION_TARGET = "default"
"""The target that profiles.yml takes when WDH_DBT_TARGET says nothing."""


_ADDRESS = allowed("an address like https://host/path, without user, password and query", shows_value=False)


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
        validation_alias=variable("WDH_DATABASE__URI"),
        description="postgresql://user:password@host:port/dbname; the embedded server when unset.",
    )
    database_schema: Annotated[str, AfterValidator(schema_name)] = Field(
        default="enterprise",
        validation_alias=variable("WDH_DATABASE__SCHEMA"),
        description="The schema of all tables: lower-case letters, digits, underscores.",
        json_schema_extra=allowed(
            "1 to 63 lower-case letters, digits and underscores, begin with no digit, and be none of PostgreSQL's own"
            " schemas: information_schema, pg_…"
        ),
    )
    sample: Literal["true", "false", ""] = Field(
        default="",
        validation_alias=variable("WDH_SAMPLE"),
        json_schema_extra=allowed("true or false"),
        description="Whether the sample is used: its workbooks, mappings and registry. When unset, it is on the "
        "embedded server.",
    )


class Settings(_CheckedSettings):
    """Everything that is not the database."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", populate_by_name=True, env_file=DOTENV_FILE)

    data_base_dir: Annotated[Path | None, BeforeValidator(path_or_none)] = Field(
        default=None,
        validation_alias=variable("WDH_DATA_BASE_DIR"),
        description="Folder below which a domain's input files are found. Where the sample is used, its workbooks when "
        "unset.",
    )
    workbook_memory_mb: int = Field(
        default=1024,
        ge=128,
        le=1_048_576,
        validation_alias=variable("WDH_WORKBOOK_MEMORY_MB"),
        description="Megabytes that reading a workbook may take; a larger one is not read, and named.",
    )
    workbook_password_file: Annotated[Path | None, BeforeValidator(path_or_none)] = Field(
        default=None,
        validation_alias=variable("WDH_WORKBOOK_PASSWORD_FILE"),
        description="File whose first line is the password that opens protected workbooks.",
    )
    dbt_project_dir: Annotated[Path | None, BeforeValidator(path_or_none)] = Field(
        default=None,
        validation_alias=variable("WDH_DBT_PROJECT_DIR"),
        description="The dbt project; the checkout or the one inside the wheel when unset.",
    )
    domains_dir: Annotated[Path | None, BeforeValidator(path_or_none)] = Field(
        default=None,
        validation_alias=variable("WDH_DOMAINS_DIR"),
        description="Folder with further domain files, looked into before the package's own.",
    )
    registry_table: Annotated[str | None, AfterValidator(table_name)] = Field(
        default_factory=_registry_of_sample,
        validation_alias=variable("WDH_REGISTRY_TABLE"),
        json_schema_extra=allowed("the name of a table or view, or schema.name, each part of 1 to 63 bytes"),
        description="Table or view with company_id and company_name: name, or schema.name. When unset, the sample's "
        "where the sample is used, otherwise none.",
    )
    # After registry_table, which its default depends on.
    lookup_provider: Literal["registry", "eqc", "reconciliation", "none"] = Field(
        default_factory=_provider_of_target,
        validation_alias=variable("WDH_LOOKUP_PROVIDER"),
        description="Who is asked about unknown names: registry (a table), eqc, reconciliation or none. When unset, "
        "registry; without a registry table, and for another dbt target (WDH_DBT_TARGET) than the default, none.",
    )
    eqc_base_url: Annotated[str | None, AfterValidator(address_without_secret)] = Field(
        default=None,
        validation_alias=variable("WDH_EQC_BASE_URL"),
        json_schema_extra=_ADDRESS,
        description="Address of EQC, without a path: https://host.",
    )
    eqc_token: Annotated[SecretStr | None, AfterValidator(header_token)] = Field(
        default=None,
        validation_alias=variable("WDH_EQC_TOKEN"),
        json_schema_extra=allowed("letters, digits and signs without a blank or line break", shows_value=False),
        description="Token of EQC; it lives for 30 minutes, so workers read it from WDH_EQC_TOKEN_FILE instead.",
    )
    eqc_token_file: Annotated[Path | None, BeforeValidator(path_or_none)] = Field(
        default=None,
        validation_alias=variable("WDH_EQC_TOKEN_FILE"),
        description="File that holds the token of EQC and nothing else, read at each lookup; WDH_EQC_TOKEN beats it.",
    )
    reconciliation_url: Annotated[str | None, AfterValidator(address_without_secret)] = Field(
        default=None,
        validation_alias=variable("WDH_RECONCILIATION_URL"),
        json_schema_extra=_ADDRESS,
        description="Address at which a reconciliation server gives its manifest and takes queries.",
    )
    reconciliation_type: str | None = Field(
        default=None,
        validation_alias=variable("WDH_RECONCILIATION_TYPE"),
        max_length=200,
        json_schema_extra=allowed("a text of at most 200 characters"),
        description="Id of the type that is asked for, as the server's manifest lists it; any type when unset.",
    )
    reconciliation_id_prefix: str = Field(
        default="",
        validation_alias=variable("WDH_RECONCILIATION_ID_PREFIX"),
        pattern="^([a-z][a-z0-9_-]{0,31}:)?$",
        json_schema_extra=allowed(
            "1 to 32 lower-case letters, digits, - and _ and then a colon, like lei:, or nothing"
        ),
        description="Put before the server's ids when they are of another kind than the company ids, like lei:",
    )
    reconciliation_highest_score: Decimal = Field(
        default=Decimal(100),
        gt=0,
        le=1_000_000,
        allow_inf_nan=False,
        validation_alias=variable("WDH_RECONCILIATION_HIGHEST_SCORE"),
        description="The score that the server gives to a perfect match: 100, or 1.",
    )
    lookup_minimum_score: Decimal = Field(
        default=MINIMUM_SCORE,
        gt=0,
        le=1,
        allow_inf_nan=False,
        validation_alias=variable("WDH_LOOKUP_MINIMUM_SCORE"),
        description="The least score, from 0 to 1, of an answer of eqc or reconciliation that is accepted.",
    )
    lookup_minimum_margin: Decimal = Field(
        default=MINIMUM_MARGIN,
        ge=0,
        le=1,
        allow_inf_nan=False,
        validation_alias=variable("WDH_LOOKUP_MINIMUM_MARGIN"),
        description="How far, from 0 to 1, the next company's score must be below it, unless it is 1.",
    )
    lookup_connect_seconds: float = Field(
        default=CONNECT_SECONDS,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=variable("WDH_LOOKUP_CONNECT_SECONDS"),
        description="How long a connection to eqc or reconciliation may take, in seconds.",
    )
    lookup_read_seconds: float = Field(
        default=READ_SECONDS,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=variable("WDH_LOOKUP_READ_SECONDS"),
        description="How long eqc or reconciliation may be silent, in seconds.",
    )
    lookup_total_seconds: float = Field(
        default=TOTAL_SECONDS,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=variable("WDH_LOOKUP_TOTAL_SECONDS"),
        description="How long a lookup with eqc or reconciliation may take with all of its requests, in seconds;"
        " less than WDH_LOOKUP_TIMEOUT_SECONDS.",
    )
    sync_lookup_budget: int = Field(
        default=5,
        ge=0,
        le=MOST_LOOKUPS,
        validation_alias=variable("WDH_SYNC_LOOKUP_BUDGET"),
        description="Names a resolver call may look up at once when it does not say otherwise.",
    )
    lookup_batch_size: int = Field(
        default=50,
        ge=1,
        le=10_000,
        validation_alias=variable("WDH_LOOKUP_BATCH_SIZE"),
        description="Requests a worker claims at once.",
    )
    lookup_lease_seconds: int = Field(
        default=LEASE_SECONDS,
        ge=1,
        le=86_400,
        validation_alias=variable("WDH_LOOKUP_LEASE_SECONDS"),
        description="How long a claim holds before another worker may take it over, in seconds.",
    )
    lookup_concurrency: int = Field(
        default=4,
        ge=1,
        le=1_000,
        validation_alias=variable("WDH_LOOKUP_CONCURRENCY"),
        description="Requests a worker asks its provider at once.",
    )
    lookup_rate: float | None = Field(
        default=None,
        gt=0,
        le=100_000,
        allow_inf_nan=False,
        validation_alias=variable("WDH_LOOKUP_RATE"),
        description="Requests a second that the provider may be asked, by all workers together; no limit when unset.",
    )
    lookup_daily_quota: int | None = Field(
        default=None,
        ge=0,
        le=1_000_000_000,
        validation_alias=variable("WDH_LOOKUP_DAILY_QUOTA"),
        description="Requests a day (UTC) that the provider may be asked, by all workers; no limit when unset.",
    )
    lookup_timeout_seconds: float = Field(
        default=60,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=variable("WDH_LOOKUP_TIMEOUT_SECONDS"),
        description="How long a worker waits for the answer to one name; none in time is a failed attempt, in seconds.",
    )
    lookup_grace_seconds: float = Field(
        default=30,
        ge=0,
        le=86_400,
        allow_inf_nan=False,
        validation_alias=variable("WDH_LOOKUP_GRACE_SECONDS"),
        description="How long a worker that is told to stop waits for the answers to what it has asked, in seconds.",
    )
    lookup_retry_minutes: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=0, le=525_600)], ...], NoDecode, BeforeValidator(listed_numbers)
    ] = Field(
        default=RETRY_MINUTES,
        max_length=100,
        validation_alias=variable("WDH_LOOKUP_RETRY_MINUTES"),
        json_schema_extra=allowed("at most 100 whole numbers from 0 to 525600, like 1,5,15"),
        description="Waiting times after failed lookups, in minutes; one failure more is final.",
    )
