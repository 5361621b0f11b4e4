"""Every error this package raises on purpose.

All derive from :class:`CompanyEnrichmentError`; the command line prints their text and
exits with their ``exit_code``: 1 where the work failed, 2 where the call or the
configuration is at fault. A message names the row, file or setting and says what to do.
"""

from __future__ import annotations


class CompanyEnrichmentError(Exception):
    """The work could not be done."""

    exit_code = 1


class ConfigurationError(CompanyEnrichmentError):
    """A setting, an argument or a domain file is missing or wrong."""

    exit_code = 2


class EmbeddedServerError(CompanyEnrichmentError):
    """The embedded PostgreSQL could not be started, stopped or reached."""


class DatabaseError(CompanyEnrichmentError):
    """The database refused a statement or could not be reached."""


class SchemaNotDeployedError(DatabaseError):
    """The operational tables or functions are missing."""


class SchemaVersionError(DatabaseError):
    """The operational tables have another version than this package works with; both are named, and what to run."""

    exit_code = 2


class UnsuitableDatabaseError(DatabaseError):
    """The database's encoding or character type cannot tell Chinese names apart; no name key can be made in it."""

    exit_code = 2


class OpenTransactionError(DatabaseError):
    """The connection is inside a transaction of the caller's, and this call must commit by itself."""


class InputFileError(CompanyEnrichmentError):
    """An input file cannot be read as its domain says; nothing of it was loaded."""


class LookupQueueError(CompanyEnrichmentError):
    """The lookup queue could not do what was asked."""


class StaleClaimError(LookupQueueError):
    """The claim on a lookup request has passed to somebody else; the report was not applied."""


class LookupProviderError(CompanyEnrichmentError):
    """A company registry could not be asked, or gave an answer that cannot be understood."""


class DbtError(CompanyEnrichmentError):
    """The dbt command failed; its own output, above, says why."""
