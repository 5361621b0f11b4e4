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


class DatabaseReadOnlyError(DatabaseError):
    """The database takes no writes just now: it is a standby, or is failing over. To a worker this is an outage."""


class SchemaNotDeployedError(DatabaseError):
    """The operational tables or functions are missing."""


class SchemaVersionError(DatabaseError):
    """The operational tables have another version than this package works with; both are named, and what to run."""

    exit_code = 2


class UnreleasedSchemaError(SchemaVersionError):
    """The operational tables were deployed before the first release, and cannot be brought to any version."""


class UnsuitableDatabaseError(DatabaseError):
    """The database's encoding or character type cannot tell Chinese names apart; no name key can be made in it."""

    exit_code = 2


class OpenTransactionError(DatabaseError):
    """The connection is inside a transaction of the caller's, and this call must commit by itself."""


class InputFileError(CompanyEnrichmentError):
    """An input file cannot be read as its domain says; nothing of it was loaded."""


class MappingRowError(CompanyEnrichmentError, ValueError):
    """A row handed over as a mapping is none; the message names it by its number, and nothing was landed."""


class CustomerRecordError(CompanyEnrichmentError, ValueError):
    """A record handed over to be resolved is none; the message names it by its number or the column."""


class MappingLoadError(CompanyEnrichmentError):
    """A load of mappings cannot be landed or taken back as the call asks; nothing was written."""


class RejectedRowsError(CompanyEnrichmentError):
    """A strict load has rows that cannot be used, or a load that needs one has none that can; nothing was landed.

    ``count`` is how many there are, ``rows`` the line number and the reason of the first of them.
    """

    def __init__(self, message: str, *, count: int, rows: tuple[tuple[int, str], ...]) -> None:
        super().__init__(message)
        self.count = count
        self.rows = rows


class LookupQueueError(CompanyEnrichmentError):
    """The lookup queue could not do what was asked."""


class StaleClaimError(LookupQueueError):
    """The claim on a lookup request has passed to somebody else; the report was not applied."""


class LookupProviderError(CompanyEnrichmentError):
    """A company registry could not be asked, or gave an answer that cannot be understood."""


class LookupProviderUnavailableError(LookupProviderError):
    """A company registry is out of service: overloaded, not to be reached, or our right to ask has expired.

    It says nothing about the name that was asked. ``retry_after`` is the time that the registry names, in seconds.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LookupProviderBusyError(LookupProviderUnavailableError):
    """Our own limits let nobody ask a company registry just now: its rate or the day's quota. No outage."""


class LookupProviderCredentialsError(LookupProviderUnavailableError):
    """A company registry refuses our right to ask, or it has expired; the message names the setting to renew."""


class DbtNotInstalledError(ConfigurationError):
    """There is no dbt in this environment: the extra ``dbt`` is not installed."""


class DbtError(CompanyEnrichmentError):
    """The dbt command failed; its own output, above, says why."""


class DbtRefusedError(DbtError):
    """dbt began nothing: a var, a setting or the project itself is at fault; its own output, above, names it."""

    exit_code = 2


class RunAtWorkError(DbtError):
    """dbt built nothing: another run is at work on the schema, and the time to wait for its end was over."""
