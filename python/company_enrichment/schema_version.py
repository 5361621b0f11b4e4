"""Which version of the operational tables this package works with, and the refusal of any other.

dbt deploys the tables and records their version in schema_migrations (macros/migrations). A package that is older or
newer than they are would read and write what no longer means what it expects.
"""

from __future__ import annotations

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping
from company_enrichment.errors import SchemaNotDeployedError, SchemaVersionError, UnreleasedSchemaError

SCHEMA_VERSION = 1
"""The version that the macro schema_version() gives to what this package works with; a test compares both."""

NEWEST_MIGRATION_FIRST = sql.SQL("(to_jsonb(applied) ->> 'migration_number')::bigint desc, applied.applied_at desc")
"""Order of schema_migrations, as applied: by the number of its rows, which tables of before 0.1.0 may lack."""

# Rows of version 0 record an operation on a schema to which nothing was deployed yet. By the two other signs the macro
# refuse_unknown_schema() knows what was deployed before the first release, too.
_DEPLOYED_VERSION = """
select
    applied.version,
    to_jsonb(applied) ->> 'migration_number' is null
    or applied.version > %(known)s and applied.project_version = '0.1.0' as is_unreleased
from {schema}.schema_migrations as applied
where applied.version > 0
order by {newest_first}
limit 1
"""

# The sign by which the macro predecessor_tables() knows its mappings; ours have no such column.
_PREDECESSOR = """
select
    to_regclass(format('%%I.schema_migrations', %(schema)s)) is null
    and exists (
        select from pg_attribute
        where attrelid = to_regclass(format('%%I.company_mapping', %(schema)s)) and attname = 'canonical_id'
    ) as is_there
"""


def refuse_other_schema_version(cursor: extensions.cursor, schema: sql.Identifier) -> None:
    """Make sure that the operational tables are those this package works with; one round trip.

    Raises SchemaVersionError, which names both versions and what to do, SchemaNotDeployedError when there are none.
    """
    deployed = deployed_version(cursor, schema)
    if deployed < SCHEMA_VERSION:
        raise SchemaVersionError(
            f"{_both_versions(deployed, schema)}. Bring the tables to it: `dbt run-operation migrate`, or `dbt run`, "
            "in the project folder."
        )
    _refuse_newer(deployed, schema)


def refuse_newer_schema_version(cursor: extensions.cursor, schema: sql.Identifier) -> None:
    """As :func:`refuse_other_schema_version`, but older tables pass: the caller is about to have them migrated."""
    _refuse_newer(deployed_version(cursor, schema), schema)


def _refuse_newer(deployed: int, schema: sql.Identifier) -> None:
    if deployed > SCHEMA_VERSION:
        raise SchemaVersionError(f"{_both_versions(deployed, schema)}. Install the newer company-enrichment.")


def deployed_version(cursor: extensions.cursor, schema: sql.Identifier) -> int:
    """Return the version of the deployed tables.

    Raises SchemaNotDeployedError when there are none, UnreleasedSchemaError when they are of before the first release.
    """
    _refuse_predecessor(cursor, schema)
    query = sql.SQL(_DEPLOYED_VERSION).format(schema=schema, newest_first=NEWEST_MIGRATION_FIRST)
    cursor.execute(query, {"known": SCHEMA_VERSION})
    row = cursor.fetchone()
    if row is None:
        raise SchemaNotDeployedError(
            f"Nothing is deployed to schema {schema.string}. Deploy the tables first: `company-enrichment run`, or "
            "`dbt run` in the project folder."
        )
    newest = as_mapping(row, ("version", "is_unreleased"))
    if newest["is_unreleased"]:
        raise UnreleasedSchemaError(
            f"Schema {schema.string} was deployed before the first release, as version {newest['version']}, which "
            "cannot be brought up. Deploy to another schema, or drop this one (docs/deployment.md, Versions)."
        )
    return int(newest["version"])


def _refuse_predecessor(cursor: extensions.cursor, schema: sql.Identifier) -> None:
    """Raise SchemaNotDeployedError where the predecessor's tables have the names of ours: dbt would refuse, too."""
    cursor.execute(_PREDECESSOR, {"schema": schema.string})
    if as_mapping(cursor.fetchone(), ("is_there",))["is_there"]:
        raise SchemaNotDeployedError(
            f"Nothing is deployed to schema {schema.string}, which holds the predecessor's tables. See what adopting "
            "them would do, in the project folder: "
            f"dbt run-operation adopt --args '{{schema: {schema.string}}}'"
        )


def _both_versions(deployed: int, schema: sql.Identifier) -> str:
    return (
        f"Schema {schema.string} has version {deployed} of the operational tables, this company-enrichment works with "
        f"version {SCHEMA_VERSION}"
    )
