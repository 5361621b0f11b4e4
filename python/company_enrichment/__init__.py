"""company-enrichment: gives every customer record in a warehouse a stable company id.

The names below are the public surface; everything else may change between versions.
"""

from company_enrichment.errors import CompanyEnrichmentError
from company_enrichment.lookup_budget import LookupBudget
from company_enrichment.lookup_queue import LookupQueue
from company_enrichment.mapping_load import load_company_mappings, undo_mapping_load
from company_enrichment.mapping_loader import CompanyMappingLoader
from company_enrichment.mapping_statistics import MappingLoadStatistics
from company_enrichment.records import (
    CompanyIdResult,
    CompanyMappingRecord,
    CustomerKeys,
    LookupAnswer,
    LookupRequest,
    ResolutionStatus,
)
from company_enrichment.resolution_statistics import ResolutionStatistics
from company_enrichment.service import BatchResult, CompanyEnrichmentService

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
