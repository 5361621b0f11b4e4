"""Who can be asked about a name: the provider that the settings choose.

What a provider needs (an HTTP client, for one) is loaded once the settings name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg2 import extensions

from company_enrichment.errors import ConfigurationError
from company_enrichment.lookups.limits import ProviderLimits
from company_enrichment.lookups.providers.acceptance import AcceptanceRule
from company_enrichment.lookups.providers.company_id_gate import CompanyIdGate
from company_enrichment.lookups.providers.http_limits import HttpLimits
from company_enrichment.lookups.providers.limited import LimitedProvider
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.settings import Settings

if TYPE_CHECKING:
    from company_enrichment.lookups.providers.eqc import EqcProvider
    from company_enrichment.lookups.providers.reconciliation import ReconciliationProvider
    from company_enrichment.lookups.providers.registry import RegistryProvider


def provider_from_settings(settings: Settings, connection: extensions.connection, schema: str) -> LookupProvider | None:
    """Return the provider that WDH_LOOKUP_PROVIDER names, or None for ``none``.

    Raises ConfigurationError, which names the setting, when its address or its token is missing or wrong.
    """
    if settings.lookup_provider == "none":
        return None
    if settings.lookup_provider == "registry":
        return _registry_from_settings(settings, connection, schema)
    return http_provider_from_settings(settings, CompanyIdGate(connection, schema=schema))


def _registry_from_settings(settings: Settings, connection: extensions.connection, schema: str) -> RegistryProvider:
    from company_enrichment.lookups.providers.registry import RegistryProvider  # noqa: PLC0415

    if settings.registry_table is None:
        raise ConfigurationError(
            "WDH_LOOKUP_PROVIDER is registry: set WDH_REGISTRY_TABLE to a table or view with company_id and "
            "company_name"
        )
    return RegistryProvider(connection, schema=schema, table=settings.registry_table)


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
    if settings.lookup_provider == "reconciliation":
        return _reconciliation_from_settings(settings, gate)
    return _eqc_from_settings(settings, gate)


def _reconciliation_from_settings(settings: Settings, gate: CompanyIdGate | None) -> ReconciliationProvider:
    from company_enrichment.lookups.providers.reconciliation import ReconciliationProvider  # noqa: PLC0415

    if not settings.reconciliation_url:
        raise ConfigurationError(
            "WDH_LOOKUP_PROVIDER is reconciliation: set WDH_RECONCILIATION_URL to the server's address"
        )
    return ReconciliationProvider(
        settings.reconciliation_url,
        type_id=settings.reconciliation_type or None,
        id_prefix=settings.reconciliation_id_prefix,
        highest_score=settings.reconciliation_highest_score,
        rule=_acceptance_rule(settings),
        limits=_http_limits(settings),
        gate=gate,
    )


def _eqc_from_settings(settings: Settings, gate: CompanyIdGate | None) -> EqcProvider:
    from company_enrichment.lookups.providers.eqc import EqcProvider, EqcToken  # noqa: PLC0415

    if not settings.eqc_base_url:
        raise ConfigurationError("WDH_LOOKUP_PROVIDER is eqc: set WDH_EQC_BASE_URL to its address")
    given = settings.eqc_token if settings.eqc_token and settings.eqc_token.get_secret_value() else None
    return EqcProvider(
        settings.eqc_base_url,
        EqcToken(given, settings.eqc_token_file),
        rule=_acceptance_rule(settings),
        limits=_http_limits(settings),
        gate=gate,
    )


def _acceptance_rule(settings: Settings) -> AcceptanceRule:
    return AcceptanceRule(minimum_score=settings.lookup_minimum_score, minimum_margin=settings.lookup_minimum_margin)


def _http_limits(settings: Settings) -> HttpLimits:
    return HttpLimits(
        connect_seconds=settings.lookup_connect_seconds,
        read_seconds=settings.lookup_read_seconds,
        total_seconds=settings.lookup_total_seconds,
    )


def describe_missing_provider(settings: Settings) -> str:
    """Return why nobody is asked about unknown names, where WDH_LOOKUP_PROVIDER is, or comes to, none."""
    if "lookup_provider" in settings.model_fields_set or settings.registry_table is not None:
        return "WDH_LOOKUP_PROVIDER is none: there is nobody to ask."
    return (
        "There is nobody to ask about unknown names: set WDH_REGISTRY_TABLE to a table or view with company_id and "
        "company_name, or WDH_LOOKUP_PROVIDER to eqc or reconciliation."
    )


def refuse_unusable_provider(settings: Settings, connection: extensions.connection, schema: str) -> None:
    """Raise an error when the provider could answer to no name.

    ConfigurationError, which names the setting, when its address or its token is missing or wrong;
    LookupProviderUnavailableError when a registry table cannot be read. A server is not asked: its settings are read.
    """
    if settings.lookup_provider == "registry":
        _registry_from_settings(settings, connection, schema).check()
        return
    server = http_provider_from_settings(settings)
    if server is not None:
        server.close()


def limited_provider_from_settings(
    settings: Settings, connection: extensions.connection, schema: str
) -> LimitedProvider | None:
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
