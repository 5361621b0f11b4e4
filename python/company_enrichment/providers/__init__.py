"""Who can be asked about a name: the provider that the settings choose."""

from __future__ import annotations

from typing import Any

from company_enrichment.provider_limits import ProviderLimits
from company_enrichment.providers.limited import LimitedProvider
from company_enrichment.providers.protocol import LookupProvider
from company_enrichment.providers.registry import RegistryProvider
from company_enrichment.providers.unasked import UnaskedProvider
from company_enrichment.settings import Settings


def provider_from_settings(settings: Settings, connection: Any, schema: str) -> LookupProvider | None:
    """Return the provider that WDH_LOOKUP_PROVIDER names, or None for ``none``."""
    if settings.lookup_provider == "none":
        return None
    return RegistryProvider(connection, schema=schema, table=settings.registry_table)


def limited_provider_from_settings(settings: Settings, connection: Any, schema: str) -> LookupProvider | None:
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
    "LimitedProvider",
    "LookupProvider",
    "RegistryProvider",
    "UnaskedProvider",
    "limited_provider_from_settings",
    "provider_from_settings",
]
