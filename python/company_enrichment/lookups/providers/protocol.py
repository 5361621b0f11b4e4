"""What a provider is."""

from __future__ import annotations

from typing import Protocol

from company_enrichment.records import LookupAnswer


class LookupProvider(Protocol):
    """A company registry that can be asked for a name."""

    name: str

    def lookup(self, name: str) -> LookupAnswer:
        """Return what the registry says of the name.

        Raises LookupProviderError when it could not be asked or understood; "it does not know the
        name" is an answer, not an error.
        """
        ...
