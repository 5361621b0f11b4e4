"""What stands for a provider where nobody may be asked."""

from __future__ import annotations

from company_enrichment.errors import LookupProviderError
from company_enrichment.records import LookupAnswer


class UnaskedProvider:
    """Says that there is a provider of this name, and asks nobody: for plan-only.

    Args:
        name: the provider's name.

    """

    def __init__(self, name: str) -> None:
        self.name = name

    def lookup(self, name: str) -> LookupAnswer:
        """Raise LookupProviderError."""
        raise LookupProviderError("Plan only: nobody is asked")
