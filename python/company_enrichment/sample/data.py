"""The sample that comes with this package: what it is, what of it a database holds, and how it is taken out.

The sample's records are known by their ids, which are made from the content of the sample workbooks, its mappings by
the seed that landed them, its registry by the rows of the seed, and its answers by the table that gave them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction, read_only_transaction, whole_transaction
from company_enrichment.dbt_runner import own_project_directory, run_dbt
from company_enrichment.ingestion.domains import load_domain
from company_enrichment.ingestion.input_files import InputFile, find_files, read_bytes
from company_enrichment.ingestion.workbooks import RecordRow, read_records
from company_enrichment.sample.statements import (
    ANSWERS,
    COUNT,
    DELETE,
    DELETE_BESIDE,
    DELETED_HERE,
    DROP,
    IS_EMPTY,
    IS_TAKEN_IN,
    IS_THERE,
    IS_UNUSED,
    KEYS,
    KEYS_OF_RECORDS,
    NAMES,
    PARTS,
    QUICKLY_TOLD,
    RECORDS,
)

DOMAIN = "annuity_performance"
MAPPING_SEED = "sample_mappings"
REGISTRY_SEED = "sample_registry"


@dataclass(frozen=True)
class Sample:
    """What the sample consists of."""

    file_names: tuple[str, ...]
    content_hashes: tuple[str, ...]
    mappings: tuple[tuple[str, ...], ...]
    """Rows of match type, alias and company id."""
    companies: tuple[tuple[str, ...], ...]
    """Rows of company id and company name."""


@dataclass(frozen=True)
class SampleCount:
    """How many rows of a table are the sample's, and how many it has."""

    table: str
    what: str
    of_sample: int
    rows: int


@cache
def read_sample() -> Sample:
    """Read the sample that belongs to this package, without its records."""
    seeds = own_project_directory() / "seeds"
    files = [(file.path.name, read_bytes(file)[1]) for file in _workbooks()]
    return Sample(
        file_names=tuple(name for name, _ in files),
        content_hashes=tuple(content_hash for _, content_hash in files),
        mappings=_rows_of(seeds / "mappings" / f"{MAPPING_SEED}.csv"),
        companies=_rows_of(seeds / "registry" / f"{REGISTRY_SEED}.csv"),
    )


@cache
def sample_record_ids() -> tuple[str, ...]:
    """Return the ids of the records that the sample workbooks become; reading them takes a second."""
    domain = load_domain(DOMAIN, None)
    read = (
        row
        for file in _workbooks()
        for row in read_records(file.path, read_bytes(file)[0], domain, with_earlier_ids=True)
        if isinstance(row, RecordRow)
    )
    # Records that were loaded before keys were folded have kept their ids.
    return tuple(dict.fromkeys(record_id for row in read for record_id in (row.record_id, row.earlier_id)))


def _workbooks() -> list[InputFile]:
    return find_files(load_domain(DOMAIN, None), own_project_directory() / "seeds" / "workbooks")


def _rows_of(file: Path) -> tuple[tuple[str, ...], ...]:
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(map(tuple, list(csv.reader(lines))[1:]))


class SampleInDatabase:
    """What a database holds of the sample.

    Args:
        connection: an open connection, in no transaction.
        schema: the schema of the tables.

    """

    def __init__(self, connection: extensions.connection, schema: str) -> None:
        self._connection = connection
        self._schema_name = schema
        self._schema = sql.Identifier(schema)

    def glance(self) -> list[SampleCount]:
        """Return the same as count() for the tables whose rows are quickly told: records, aliases and registry."""
        with joined_transaction(self._connection) as cursor:
            hashes = {"content_hashes": list(read_sample().content_hashes)}
            [taken_in] = self._rows(cursor, IS_TAKEN_IN, hashes, ("is_taken_in",))
            record_ids = sample_record_ids() if taken_in["is_taken_in"] else ()
            return self._count(cursor, self._identified_records(cursor, record_ids), QUICKLY_TOLD)

    def count(self) -> list[SampleCount]:
        """Return for each table how many of its rows are the sample's, or rest on it.

        By a transaction in which the database refuses every write.
        """
        with read_only_transaction(self._connection) as cursor:
            return self._count(cursor, self._identified(cursor))

    def remove(self, *, run_id: str, on_node: Callable[[int, int], None] | None = None) -> list[SampleCount]:
        """Take the sample out, with what rests on it, and return how many rows of it there were.

        Temporary ids stay issued. A record of somebody else's that the sample has resolved is resolved anew. What was
        begun and not finished, because it was interrupted or another run was at work, the next call goes on with.
        """
        with whole_transaction(self._connection) as cursor:
            identified = self._identified(cursor)
            counts = self._count(cursor, identified)
            conditions = {table: condition for table, _, condition in PARTS}
            for table in DELETED_HERE:
                self._delete(cursor, table, conditions[table], identified)
            for table, condition in DELETE_BESIDE:
                self._delete(cursor, table, condition, identified)
            for seed in (MAPPING_SEED, REGISTRY_SEED):
                self._drop_if_empty(cursor, seed)
        if any(count.of_sample for count in counts):
            arguments = f"{{seed: {MAPPING_SEED}, execute: true}}"
            run_dbt(["run-operation", "company_enrichment.withdraw_mapping_seed", "--args", arguments])
            # A row that is gone is seen by a run that reads everything only.
            run_dbt(["run", "--vars", "{compare_everything: true}"], run_id=run_id, on_node=on_node)
        return counts

    def _identified_records(self, cursor: extensions.cursor, record_ids: Sequence[str]) -> dict[str, Any]:
        """Return the parameters by which the statements know what is the sample's, those of the records."""
        sample = read_sample()
        match_types, aliases, alias_company_ids = (list(column) for column in zip(*sample.mappings, strict=True))
        company_ids, company_names = (list(column) for column in zip(*sample.companies, strict=True))
        parameters: dict[str, Any] = {
            "domain": DOMAIN,
            "record_ids": list(record_ids),
            "file_names": list(sample.file_names),
            "content_hashes": list(sample.content_hashes),
            "match_types": match_types,
            "aliases": aliases,
            "alias_company_ids": alias_company_ids,
            "company_ids": company_ids,
            "company_names": company_names,
            "registry": f"{self._schema_name}.{REGISTRY_SEED}",
        }
        records = self._rows(cursor, RECORDS, parameters, ("record_id", "name"))
        parameters["records"] = [row["record_id"] for row in records]
        parameters["names"] = sorted({row["name"] for row in records if row["name"] is not None})
        return parameters

    def _identified(self, cursor: extensions.cursor) -> dict[str, Any]:
        """Return the parameters by which the statements know what is the sample's."""
        parameters = self._identified_records(cursor, sample_record_ids())
        keys = KEYS if self._is_there(cursor, "customer_record_keys") else KEYS_OF_RECORDS
        names = self._rows(cursor, NAMES, parameters, ("name",), condition=keys)
        parameters["own_names"] = [row["name"] for row in names]
        parameters["answers"] = [row["answer_id"] for row in self._rows(cursor, ANSWERS, parameters, ("answer_id",))]
        return parameters

    def _count(
        self, cursor: extensions.cursor, identified: Mapping[str, Any], tables: Collection[str] | None = None
    ) -> list[SampleCount]:
        counts = []
        for table, what, condition in PARTS:
            if (tables is None or table in tables) and self._is_there(cursor, table):
                [row] = self._rows(cursor, COUNT, identified, ("of_sample", "rows"), table=table, condition=condition)
                counts.append(SampleCount(table, what, row["of_sample"], row["rows"]))
        return counts

    def _delete(self, cursor: extensions.cursor, table: str, condition: str, identified: Mapping[str, Any]) -> None:
        if self._is_there(cursor, table):
            cursor.execute(self._composed(DELETE, table=table, condition=condition), identified)

    def _drop_if_empty(self, cursor: extensions.cursor, seed: str) -> None:
        """Drop the table of a seed; where rows of somebody else's are in it, or a view reads it, it stays."""
        if not self._is_there(cursor, seed):
            return
        [unused] = self._rows(cursor, IS_UNUSED, self._named(seed), ("is_unused",))
        [empty] = self._rows(cursor, IS_EMPTY, {}, ("is_empty",), table=seed)
        if unused["is_unused"] and empty["is_empty"]:
            cursor.execute(self._composed(DROP, table=seed))

    def _is_there(self, cursor: extensions.cursor, table: str) -> bool:
        [row] = self._rows(cursor, IS_THERE, self._named(table), ("is_there",))
        return bool(row["is_there"])

    def _named(self, table: str) -> dict[str, str]:
        return {"schema": self._schema_name, "table": table}

    def _rows(
        self,
        cursor: extensions.cursor,
        statement: str,
        parameters: Mapping[str, Any],
        columns: tuple[str, ...],
        **parts: str,
    ) -> list[Mapping[str, Any]]:
        cursor.execute(self._composed(statement, **parts), parameters)
        return [as_mapping(row, columns) for row in cursor.fetchall()]

    def _composed(self, statement: str, *, table: str = "", condition: str = "true") -> sql.Composed:
        return sql.SQL(statement).format(
            schema=self._schema,
            table=sql.Identifier(table),
            condition=sql.SQL(condition).format(schema=self._schema),
        )


def describe_sample(connection: extensions.connection, schema: str) -> str | None:
    """Return a sentence on what a database holds of the sample, None when it holds nothing of it."""
    counts = SampleInDatabase(connection, schema).glance()
    if not any(count.of_sample for count in counts):
        return None
    parts = ", ".join(f"{count.of_sample:,} of {count.rows:,} {count.what}" for count in counts if count.of_sample)
    return f"SAMPLE DATA in this database: {parts}. `company-enrichment sample remove` takes it out."
