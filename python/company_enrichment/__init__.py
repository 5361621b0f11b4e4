"""company-enrichment: gives every customer record in a warehouse a stable company id.

The names below are the public surface; everything else may change between versions. Each is loaded on its first use:
``import company_enrichment`` costs next to nothing, and loads no driver, HTTP client or provider.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from company_enrichment.errors import CompanyEnrichmentError
    from company_enrichment.lookups.queue import LookupQueue
    from company_enrichment.mappings.load import load_company_mappings, undo_mapping_load
    from company_enrichment.mappings.statistics import MappingLoadStatistics
    from company_enrichment.records import (
        CompanyIdResult,
        CompanyMappingRecord,
        CustomerKeys,
        LookupAnswer,
        LookupRequest,
        ResolutionStatus,
    )
    from company_enrichment.resolver.budget import LookupBudget
    from company_enrichment.resolver.matches import CompanyMappingLoader
    from company_enrichment.resolver.service import BatchResult, CompanyEnrichmentService
    from company_enrichment.resolver.statistics import ResolutionStatistics

__version__ = "0.1.0"

__all__ = [
    "BatchResult",
    "CompanyEnrichmentError",
    "CompanyEnrichmentService",
    "CompanyIdResult",
    "CompanyMappingLoader",
    "CompanyMappingRecord",
    "CustomerKeys",
    "LookupAnswer",
    "LookupBudget",
    "LookupQueue",
    "LookupRequest",
    "MappingLoadStatistics",
    "ResolutionStatistics",
    "ResolutionStatus",
    "load_company_mappings",
    "undo_mapping_load",
]

_MODULES = {
    "errors": ("CompanyEnrichmentError",),
    "lookups.queue": ("LookupQueue",),
    "mappings.load": ("load_company_mappings", "undo_mapping_load"),
    "mappings.statistics": ("MappingLoadStatistics",),
    "records": (
        "CompanyIdResult",
        "CompanyMappingRecord",
        "CustomerKeys",
        "LookupAnswer",
        "LookupRequest",
        "ResolutionStatus",
    ),
    "resolver.budget": ("LookupBudget",),
    "resolver.matches": ("CompanyMappingLoader",),
    "resolver.service": ("BatchResult", "CompanyEnrichmentService"),
    "resolver.statistics": ("ResolutionStatistics",),
}
"""Where each public name is defined."""


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            value: object = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
