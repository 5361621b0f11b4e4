"""A provider within its limits, for callers that ask one name at a time."""

from __future__ import annotations

import time

from company_enrichment.errors import LookupProviderBusyError, LookupProviderError, LookupProviderUnavailableError
from company_enrichment.lookups.limits import ProviderLimits
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.records import LookupAnswer

PATIENCE_SECONDS = 2.0
"""How long an online caller waits for its place in the provider's rate. The name is queued where it would be longer."""


class LimitedProvider:
    """Asks a provider as its rate, its quota and its pauses allow; workers share them.

    Args:
        provider: who is asked.
        limits: on a connection outside any transaction of the caller's.

    """

    def __init__(self, provider: LookupProvider, limits: ProviderLimits) -> None:
        self.name = provider.name
        self._provider = provider
        self._limits = limits
        self._was_checked = False

    def close(self) -> None:
        """Close the connections of a provider that has any of its own."""
        close = getattr(self._provider, "close", None)
        if close is not None:
            close()

    def lookup(self, name: str) -> LookupAnswer:
        """Return what the provider says.

        Raises LookupProviderUnavailableError, with nobody asked, while the provider is paused after an outage, and
        LookupProviderBusyError while its quota is used up or its rate would make the caller wait for too long;
        otherwise what the provider itself raises.
        """
        permit = self._limits.reserve(1)
        if permit.is_outage and self._is_back():
            permit = self._limits.reserve(1)
        if not permit.granted:
            reason = permit.reason or "The provider is paused"
            refusal = LookupProviderUnavailableError if permit.is_outage else LookupProviderBusyError
            raise refusal(reason, retry_after=permit.wait_seconds)
        if permit.starts_in > PATIENCE_SECONDS:
            raise LookupProviderBusyError("The provider's rate is used up for now", retry_after=permit.starts_in)
        time.sleep(max(permit.starts_in, 0))
        try:
            answer = self._provider.lookup(name)
        except LookupProviderUnavailableError as error:
            self._limits.outage(str(error), error.retry_after)
            raise
        except LookupProviderError as error:
            self._limits.failed(str(error))
            if permit.is_probe:
                self._limits.answered()
            raise
        if permit.is_probe:
            self._limits.answered()
        return answer

    def _is_back(self) -> bool:
        """Look once whether a registry table can be read again, and end its pause; a server is not asked for it."""
        check = getattr(self._provider, "check", None)
        if check is None or self._was_checked:
            return False
        self._was_checked = True
        try:
            check()
        except LookupProviderUnavailableError:
            return False
        self._limits.recovered()
        return True
