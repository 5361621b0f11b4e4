"""What the monitoring models say, read and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import column_names_of, joined_transaction
from company_enrichment.errors import SchemaNotDeployedError

UNKNOWN_NAMES_SHOWN = 10
"""How many of the names that nobody knows a report holds: those with the most records."""

_COVERAGE = """
select
    coverage.source_system,
    sum(coverage.records)::bigint as records,
    coalesce(sum(coverage.records) filter (where coverage.status in ('resolved', 'no_company')), 0)::bigint as known,
    round(
        coalesce(sum(coverage.records) filter (where coverage.status in ('resolved', 'no_company')), 0)
        / sum(coverage.records), 4
    ) as coverage
from {schema}.resolution_coverage as coverage
group by coverage.source_system
order by coverage.source_system
"""

_HIT_RATES = """
select rates.run_id, rates.match_type, rates.hits, rates.hit_rate
from {schema}.match_type_hit_rates as rates
where rates.run_id = (
    select latest.run_id from {schema}.match_type_hit_rates as latest order by latest.started_at desc limit 1
)
order by rates.hits desc, rates.match_type
"""

_TEMPORARY_IDS = """
select ages.age, ages.temporary_ids, ages.records::bigint as records, ages.oldest_first_seen
from {schema}.temporary_ids_by_age as ages
order by ages.from_days
"""

_UNKNOWN_NAMES = """
select names.name, names.temp_id, names.records, names.first_loaded_at
from {schema}.unresolved_names as names
order by names.records desc, names.first_loaded_at, names.normalized_name
limit %(unknown_names)s
"""

_REMARKS = """
select
    remarks.remark, remarks.names::bigint as names, remarks.records::bigint as records,
    remarks.names_known_without_it::bigint as names_known_without_it,
    remarks.names_repeated_without_it::bigint as names_repeated_without_it, remarks.example_name, remarks.variable
from {schema}.remarks_of_unknown_names as remarks
order by remarks.names desc, remarks.records desc, remarks.remark
limit %(unknown_names)s
"""

_CONFLICTS = """
select
    (select count(*) from {schema}.company_mapping_conflicts where is_open) as aliases,
    (select count(*) from {schema}.lookup_answer_conflicts) as answers
"""

# The months of the model are those of UTC.
_SPEND = """
select
    spend.provider, spend.lookups, spend.names, spend.found, spend.not_found, spend.not_accepted,
    spend.unusable, spend.price_per_lookup, spend.cost
from {schema}.provider_spend as spend
where spend.month_start = date_trunc('month', now() at time zone 'utc')::date
order by spend.lookups desc, spend.provider
"""

_THRESHOLDS = """
select thresholds.threshold, thresholds.unit, thresholds.measured, thresholds.warning_limit, thresholds.is_exceeded
from {schema}.monitoring_thresholds as thresholds
order by thresholds.threshold
"""

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class MonitoringReport:
    """The state of a deployment by its monitoring models, ready for JSON; each row is named like its columns."""

    coverage: Sequence[Row]
    """By source: how many of its records are known."""
    hit_rates: Sequence[Row]
    """By match type, of the last run that has counts."""
    temporary_ids: Sequence[Row]
    """By age."""
    unknown_names: Sequence[Row]
    """Those with the most records."""
    remarks: Sequence[Row]
    """Texts of unknown names that look like remarks no marker covers, those of the most names."""
    conflicts: Row
    """How many conflicts of aliases are open, and how many of answers."""
    provider_spend: Sequence[Row]
    """By provider, of this month."""
    thresholds: Sequence[Row]
    """What is measured against a limit, and whether it exceeds it."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain lists and dictionaries."""
        return asdict(self)


def read_monitoring(connection: extensions.connection, schema: str) -> MonitoringReport | None:
    """Return what the monitoring models say; None while one of them is not there.

    dbt has not built them yet, or is at work: to replace a view it drops those that read it, and builds them anew.

    Raises DatabaseError when the database refuses a query, for want of a grant for example.
    """
    try:
        with joined_transaction(connection) as cursor:
            return _read(cursor, sql.Identifier(schema))
    except SchemaNotDeployedError:
        return None


def read_exceeded_thresholds(connection: extensions.connection, schema: str) -> list[Row]:
    """Return the rows of monitoring_thresholds that exceed their limit; SchemaNotDeployedError without the model."""
    with joined_transaction(connection) as cursor:
        return [row for row in _rows(cursor, sql.Identifier(schema), _THRESHOLDS) if row["is_exceeded"]]


def _read(cursor: extensions.cursor, schema: sql.Identifier) -> MonitoringReport:
    def rows(query: str) -> list[Row]:
        return _rows(cursor, schema, query)

    return MonitoringReport(
        coverage=rows(_COVERAGE),
        hit_rates=rows(_HIT_RATES),
        temporary_ids=rows(_TEMPORARY_IDS),
        unknown_names=rows(_UNKNOWN_NAMES),
        remarks=rows(_REMARKS),
        conflicts=rows(_CONFLICTS)[0],
        provider_spend=rows(_SPEND),
        thresholds=rows(_THRESHOLDS),
    )


def _rows(cursor: extensions.cursor, schema: sql.Identifier, query: str) -> list[Row]:
    cursor.execute(sql.SQL(query).format(schema=schema), {"unknown_names": UNKNOWN_NAMES_SHOWN})
    names = column_names_of(cursor)
    return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
