"""Under which version of the name rules keys were stored, and how these rules behave in the database now."""

from __future__ import annotations

from typing import NamedTuple

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.schema_version import NEWEST_MIGRATION_FIRST

_VERSIONS = """
select {schema}.company_name_key_version() as present, applied.key_version as deployed
from {schema}.schema_migrations as applied
order by {newest_first}
limit 1
"""


class NameRules(NamedTuple):
    """Versions of the name rules, as company_name_key_version() gives them."""

    present: str
    """What the deployed functions give now, which depends on the database's character type, too."""
    deployed: str | None
    """What they gave when they were deployed; None where that was not recorded."""

    @property
    def has_changed(self) -> bool:
        """Whether a name may get another key now than the one that was stored for it."""
        return self.deployed not in (None, self.present)


def read_name_rules(connection: extensions.connection, schema: str) -> NameRules:
    """Return both versions; SchemaNotDeployedError where nothing is deployed."""
    with joined_transaction(connection) as cursor:
        cursor.execute(sql.SQL(_VERSIONS).format(schema=sql.Identifier(schema), newest_first=NEWEST_MIGRATION_FIRST))
        return NameRules(**as_mapping(cursor.fetchone(), NameRules._fields))
