"""Who can be asked about a name: the provider that the settings choose."""

from __future__ import annotations

from typing import Any

from company_enrichment.errors import ConfigurationError
from company_enrichment.lookups.limits import ProviderLimits
from company_enrichment.lookups.providers.acceptance import AcceptanceRule
from company_enrichment.lookups.providers.company_id_gate import CompanyIdGate
from company_enrichment.lookups.providers.eqc import EqcProvider, EqcToken
from company_enrichment.lookups.providers.http_client import HttpLimits
from company_enrichment.lookups.providers.limited import LimitedProvider
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.lookups.providers.reconciliation import ReconciliationProvider
from company_enrichment.lookups.providers.registry import RegistryProvider
from company_enrichment.lookups.providers.unasked import UnaskedProvider
from company_enrichment.settings import Settings


def provider_from_settings(settings: Settings, connection: Any, schema: str) -> LookupProvider | None:
    """Return the provider that WDH_LOOKUP_PROVIDER names, or None for ``none``.

    Raises ConfigurationError, which names the setting, when its address or its token is missing or wrong.
    """
    if settings.lookup_provider == "none":
        return None
    if settings.lookup_provider == "registry":
        if settings.registry_table is None:
            raise ConfigurationError(
                "WDH_LOOKUP_PROVIDER is registry: set WDH_REGISTRY_TABLE to a table or view with company_id and "
                "company_name"
            )
        return RegistryProvider(connection, schema=schema, table=settings.registry_table)
    return http_provider_from_settings(settings, CompanyIdGate(connection, schema=schema))


def http_provider_from_settings(
    settings: Settings, gate: CompanyIdGate | None = None
) -> EqcProvider | ReconciliationProvider | None:
    """Return the provider when it is a server, which threads share; None otherwise.

    The gate judges the ids of its candidates. Raises ConfigurationError as provider_from_settings() does.
    """
    if settings.lookup_provider in ("none", "registry"):
        return None
    if settings.lookup_total_seconds >= settings.lookup_timeout_seconds:
        raise ConfigurationError(
            f"WDH_LOOKUP_TOTAL_SECONDS is {settings.lookup_total_seconds:g} and must be less than "
            f"WDH_LOOKUP_TIMEOUT_SECONDS, {settings.lookup_timeout_seconds:g}: else an outage counts as a failure"
        )
    rule = AcceptanceRule(minimum_score=settings.lookup_minimum_score, minimum_margin=settings.lookup_minimum_margin)
    limits = HttpLimits(
        connect_seconds=settings.lookup_connect_seconds,
        read_seconds=settings.lookup_read_seconds,
        total_seconds=settings.lookup_total_seconds,
    )
    if settings.lookup_provider == "reconciliation":
        if not settings.reconciliation_url:
            raise ConfigurationError(
                "WDH_LOOKUP_PROVIDER is reconciliation: set WDH_RECONCILIATION_URL to the server's address"
            )
        return ReconciliationProvider(
            settings.reconciliation_url,
            type_id=settings.reconciliation_type or None,
            id_prefix=settings.reconciliation_id_prefix,
            highest_score=settings.reconciliation_highest_score,
            rule=rule,
            limits=limits,
            gate=gate,
        )
    if not settings.eqc_base_url:
        raise ConfigurationError("WDH_LOOKUP_PROVIDER is eqc: set WDH_EQC_BASE_URL to its address")
    given = settings.eqc_token if settings.eqc_token and settings.eqc_token.get_secret_value() else None
    token = EqcToken(given, settings.eqc_token_file)
    return EqcProvider(settings.eqc_base_url, token, rule=rule, limits=limits, gate=gate)


def describe_missing_provider(settings: Settings) -> str:
    """Return why nobody is asked about unknown names, where WDH_LOOKUP_PROVIDER is, or comes to, none."""
    if "lookup_provider" in settings.model_fields_set or settings.registry_table is not None:
        return "WDH_LOOKUP_PROVIDER is none: there is nobody to ask."
    return (
        "There is nobody to ask about unknown names: set WDH_REGISTRY_TABLE to a table or view with company_id and "
        "company_name, or WDH_LOOKUP_PROVIDER to eqc or reconciliation."
    )


def refuse_unusable_provider(settings: Settings, connection: Any, schema: str) -> None:
    """Raise an error when the provider could answer to no name.

    ConfigurationError, which names the setting, when its address or its token is missing or wrong;
    LookupProviderUnavailableError when a registry table cannot be read. A server is not asked: its settings are read.
    """
    provider = provider_from_settings(settings, connection, schema)
    if isinstance(provider, RegistryProvider):
        provider.check()
    elif isinstance(provider, EqcProvider | ReconciliationProvider):
        provider.close()


def limited_provider_from_settings(settings: Settings, connection: Any, schema: str) -> LimitedProvider | None:
    """Return the same within the limits that the settings say and all its callers share, or None."""
    provider = provider_from_settings(settings, connection, schema)
    if provider is None:
        return None
    return LimitedProvider(
        provider,
        ProviderLimits(
            connection,
            provider=provider.name,
            schema=schema,
            rate=settings.lookup_rate,
            daily_quota=settings.lookup_daily_quota,
        ),
    )


__all__ = [
    "AcceptanceRule",
    "CompanyIdGate",
    "EqcProvider",
    "EqcToken",
    "HttpLimits",
    "LimitedProvider",
    "LookupProvider",
    "ReconciliationProvider",
    "RegistryProvider",
    "UnaskedProvider",
    "describe_missing_provider",
    "http_provider_from_settings",
    "limited_provider_from_settings",
    "provider_from_settings",
    "refuse_unusable_provider",
]
