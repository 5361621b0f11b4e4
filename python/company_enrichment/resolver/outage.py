"""What a caller is told when the provider was out of service."""

from __future__ import annotations

from company_enrichment.errors import LookupProviderUnavailableError
from company_enrichment.resolver.service import CompanyEnrichmentService


def refuse_outage(service: CompanyEnrichmentService) -> None:
    """Raise LookupProviderUnavailableError when a service could not look names up that it should have looked up."""
    if service.outage is not None:
        raise LookupProviderUnavailableError(
            f"Names were not looked up; they have their temporary ids, and wait in the queue: {service.outage}"
        )
