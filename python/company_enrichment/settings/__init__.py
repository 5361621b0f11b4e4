"""Every setting, its default and where its value came from.

Arguments beat environment variables (``WDH_…``), those beat a ``.env`` file in the working
directory, that beats the default. Database settings are never read from ``.env``: plain dbt
reads none, and both must reach the same database. WDH_SAMPLE is one of them for the same reason.
"""

from company_enrichment.settings.loading import (
    describe_settings,
    load_database_settings,
    load_settings,
    names_of_database_settings,
    names_of_settings,
)
from company_enrichment.settings.model import (
    DOTENV_FILE,
    LEASE_SECONDS,
    MINIMUM_MARGIN,
    MINIMUM_SCORE,
    MOST_LOOKUPS,
    PRODUCTION_TARGET,
    RETRY_MINUTES,
    DatabaseSettings,
    Settings,
    uses_sample,
)

__all__ = [
    "DOTENV_FILE",
    "LEASE_SECONDS",
    "MINIMUM_MARGIN",
    "MINIMUM_SCORE",
    "MOST_LOOKUPS",
    "PRODUCTION_TARGET",
    "RETRY_MINUTES",
    "DatabaseSettings",
    "Settings",
    "describe_settings",
    "load_database_settings",
    "load_settings",
    "names_of_database_settings",
    "names_of_settings",
    "uses_sample",
]
