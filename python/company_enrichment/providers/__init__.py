"""Who can be asked about a name: the protocol, and the provider that the settings choose."""

from __future__ import annotations

from typing import Any, Protocol

from company_enrichment.providers.registry import RegistryProvider
from company_enrichment.records import LookupAnswer
from company_enrichment.settings import Settings


class LookupProvider(Protocol):
    """A company registry that can be asked for a name."""

    name: str

    def lookup(self, name: str) -> LookupAnswer:
        """Return what the registry says of the name.

        Raises LookupProviderError when it could not be asked or understood; "it does not know the
        name" is an answer, not an error.
        """
        ...


def provider_from_settings(settings: Settings, connection: Any, schema: str) -> LookupProvider | None:
    """Return the provider that WDH_LOOKUP_PROVIDER names, or None for ``none``."""
    if settings.lookup_provider == "none":
        return None
    return RegistryProvider(connection, schema=schema, table=settings.registry_table)


__all__ = ["LookupProvider", "RegistryProvider", "provider_from_settings"]
