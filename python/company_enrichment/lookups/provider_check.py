"""Whether the provider that the settings name can be asked, and what it last failed with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.errors import LookupProviderUnavailableError
from company_enrichment.lookups.limits import ProviderLimits
from company_enrichment.lookups.providers import refuse_unusable_provider
from company_enrichment.settings import Settings

_STATES = """
select
    state.provider, state.last_error, state.last_error_at, state.outage_since,
    case when state.paused_until > now() then state.paused_until end as paused_until
from {schema}.provider_state as state
where state.last_error is not null or state.outage_since is not null or state.paused_until > now()
order by state.provider
"""


@dataclass(frozen=True, kw_only=True)
class ProviderTrouble:
    """What a provider last failed with, and whether it is out of service since.

    outage_since is None where it has answered since; paused_until where it may be asked now.
    """

    COLUMNS = ("provider", "last_error", "last_error_at", "outage_since", "paused_until")

    provider: str
    last_error: str | None
    last_error_at: datetime | None
    outage_since: datetime | None
    paused_until: datetime | None

    def __str__(self) -> str:
        """Return it as a sentence."""
        error = self.last_error or "no reason was noted"
        if self.outage_since is not None:
            again = "now" if self.paused_until is None else f"from {_instant(self.paused_until)} on"
            return (
                f"{self.provider} has been out of service since {_instant(self.outage_since)}: {error} "
                f"(it may be asked again {again})"
            )
        when = "" if self.last_error_at is None else f" at {_instant(self.last_error_at)}"
        return f"{self.provider} last failed{when}: {error}"


def provider_troubles(connection: extensions.connection, schema: str) -> list[ProviderTrouble]:
    """Return the providers that have ever failed, with the last error of each."""
    with joined_transaction(connection) as cursor:
        cursor.execute(sql.SQL(_STATES).format(schema=sql.Identifier(schema)))
        return [ProviderTrouble(**as_mapping(row, ProviderTrouble.COLUMNS)) for row in cursor.fetchall()]


def describe_troubles(troubles: Iterable[ProviderTrouble]) -> list[str]:
    """Return a line for each of them."""
    return [f"Provider {trouble}" for trouble in troubles]


def check_provider(
    settings: Settings, connection: extensions.connection, schema: str
) -> LookupProviderUnavailableError | None:
    """Look whether the provider can be asked, before anybody asks it for a name; returns its outage, or None.

    A registry table that cannot be read is an outage, which everybody who asks it is told; one that can be read ends
    the pause of an earlier one. A server is not asked. ConfigurationError when a setting is missing or wrong.
    """
    limits = ProviderLimits(connection, provider=settings.lookup_provider, schema=schema)
    try:
        refuse_unusable_provider(settings, connection, schema)
    except LookupProviderUnavailableError as error:
        limits.outage(str(error), error.retry_after)
        return error
    if settings.lookup_provider == "registry":
        limits.recovered()
    return None


def _instant(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S %Z}"
