"""What loads of mappings cost: the first, one that repeats it, one with few changes, what pruning leaves, small ones.

    python benchmarks/mapping_loads.py
    python benchmarks/mapping_loads.py --mappings 20000 --stored 5000 50000 --rounds 1 --servers 1

Ours is the landing by COPY and the four models that decide the rows (mapping_changes) and write aliases, history and
statistics, by dbt's own clock; what dbt needs to start is left out. The rivals fill a table like company_mapping and do
nothing else: no decisions on record, no history, no rejects, no other source's word.

    execute_values  psycopg2's, pages of 1,000, INSERT … ON CONFLICT DO UPDATE where the company differs; the database
                    normalises the names
    DuckDB          its postgres extension, INSERT … SELECT into the attached database, names normalised before; cannot
                    update. Only where it is installed:
                    pip install duckdb==1.5.5 duckdb-extensions==1.5.5 duckdb-extension-postgres-scanner==1.5.5
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count

from psycopg2 import extensions
from psycopg2.extras import execute_values
from rich.console import Console
from rich.table import Table

from attached_duckdb import PACKAGES, attached_duckdb
from company_enrichment import load_company_mappings
from servers import address_of, binaries, dbt, deployed_server, missing_packages

MODELS = ("mapping_changes", "company_mapping", "company_mapping_history", "mapping_loads")
SELECTED = ("run", "--select", "+company_mapping_history", "+mapping_loads")
_numbers = count(1)

Mapping = tuple[str, str, str]
"""Match type, alias, company id."""


def name(number: int) -> str:
    """A company's name; one in 25 has brackets, as in the lists of companies that were looked at."""
    return f"示例{number}（上海）有限公司" if number % 25 == 0 else f"示例{number}有限公司"


def mappings(rows: int, changed_every: int = 0) -> Iterator[Mapping]:
    """Names of companies; every so manieth stands for another company than usual."""
    for number in range(1, rows + 1):
        other = changed_every and number % changed_every == 0
        yield "name", name(number), f"{'other' if other else 'company'} {number}"


def load(connection: extensions.connection, rows: Iterator[Mapping], mode: str = "merge") -> tuple[float, int]:
    """Seconds of one load, and the aliases that it wrote."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmax(pg_current_snapshot())::text")
        [[before]] = cursor.fetchall()
        began = time.perf_counter()
        load_company_mappings(
            rows, connection, mode, source="benchmark", load_id=f"benchmark {next(_numbers)}", apply=False
        )
        landed = time.perf_counter() - began
        took = dbt(connection, *SELECTED)
        cursor.execute("select count(*) from enterprise.company_mapping where changed_in >= %s::xid8", (before,))
        [[written]] = cursor.fetchall()
    return landed + sum(took[model] for model in MODELS), written


def with_execute_values(connection: extensions.connection, rows: Iterator[Mapping]) -> float:
    """The rows into a table like company_mapping, in one transaction."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("begin")
        execute_values(
            cursor,
            "insert into benchmark.company_mapping as stored"
            " (alias_name, match_type, alias_text, company_id, named_company_id, source, load_id, line_no, updated_at)"
            " values %s on conflict (alias_name, match_type) do update set company_id = excluded.company_id,"
            " named_company_id = excluded.named_company_id, updated_at = excluded.updated_at"
            " where stored.company_id <> excluded.company_id",
            (
                (alias, match_type, alias, company_id, company_id, line_no)
                for line_no, (match_type, alias, company_id) in enumerate(rows, start=1)
            ),
            template="(enterprise.normalize_company_name(%s), %s, %s, %s, %s, 'benchmark', 'one', %s, now())",
            page_size=1000,
        )
        cursor.execute("commit")
    return time.perf_counter() - began


def with_duckdb(connection: extensions.connection, rows: int) -> float | None:
    """The same, first load only; None where DuckDB or its extension is missing."""
    if missing_packages(PACKAGES):
        return None
    with attached_duckdb(address_of(connection)) as other:
        began = time.perf_counter()
        # The names are as normalised as they get already.
        other.execute(
            "insert into warehouse.benchmark.company_mapping (alias_name, match_type, alias_text, company_id,"
            " named_company_id, source, load_id, line_no, updated_at)"
            " select '示例' || n || '有限公司', 'name', '示例' || n || '有限公司', 'company ' || n,"
            " 'company ' || n, 'benchmark', 'one', n, now() from range(1, ? + 1) as numbers (n)",
            (rows,),
        )
        return time.perf_counter() - began


def empty(connection: extensions.connection) -> None:
    """Nothing stored, on either side."""
    with connection.cursor() as cursor:
        cursor.execute("create schema if not exists benchmark")
        cursor.execute("drop table if exists benchmark.company_mapping")
        cursor.execute("create table benchmark.company_mapping (like enterprise.company_mapping including all)")
        cursor.execute(
            "truncate enterprise.mapping_records, enterprise.landed_loads, enterprise.mapping_repeats,"
            " enterprise.mapping_changes,"
            " enterprise.company_mapping, enterprise.company_mapping_history, enterprise.mapping_loads"
        )
        cursor.execute("checkpoint")


def vacuum(connection: extensions.connection) -> None:
    """What autovacuum would have done by the next day."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def repeated_loads(connection: extensions.connection, arguments: argparse.Namespace, console: Console) -> None:
    """First load, the same again, and one with a hundredth changed, beside the rivals."""
    rows = arguments.mappings
    seconds: dict[str, list[float]] = {}
    written: dict[str, int] = {}

    def measured(what: str, took: float | None, rows_written: int | None = None) -> None:
        if took is not None:
            seconds.setdefault(what, []).append(took)
        if rows_written is not None:
            written[what] = rows_written

    steps: list[tuple[str, Callable[[], Iterator[Mapping]]]] = [
        ("first load", lambda: mappings(rows)),
        ("nothing changed", lambda: mappings(rows)),
        ("1 % changed", lambda: mappings(rows, 100)),
    ]
    for _ in range(arguments.rounds):
        empty(connection)
        for step, generate in steps:
            measured(f"ours, {step}", *load(connection, generate()))
            measured(f"execute_values, {step}", with_execute_values(connection, generate()))
            vacuum(connection)
        empty(connection)
        measured("DuckDB, first load", with_duckdb(connection, rows))
    table = Table(f"{rows:,} mappings", "s", "rows a second", "aliases written")
    medians = {what: statistics.median(times) for what, times in seconds.items()}
    for what, median in medians.items():
        table.add_row(what, f"{median:.2f}", f"{rows / median:,.0f}", f"{written[what]:,}" if what in written else "")
    console.print(table)
    first = medians["ours, first load"]
    ratio = medians["execute_values, first load"] / first
    console.print(f"First load: {ratio:.2f} times as fast as execute_values (goal: 1.5).")
    if "DuckDB, first load" in medians:
        console.print(f"First load: {medians['DuckDB, first load'] / first:.2f} times as fast as DuckDB (goal: 1).")
    again = medians["ours, nothing changed"] / first
    console.print(f"Nothing changed: {again:.2f} of the time of the first load (goal: at most 0.35).")


def pruned_nights(connection: extensions.connection, arguments: argparse.Namespace, console: Console) -> None:
    """What a load that changes nothing leaves on disk, night after night, once it was pruned."""
    rows = arguments.mappings
    empty(connection)
    load(connection, mappings(rows))
    # The room of the first nights is what the later ones use.
    for night in range(1, arguments.nights + 1):
        load(connection, mappings(rows))
        before = stored_bytes(connection)
        dbt(connection, "run-operation", "prune_mapping_loads", "--args", "{execute: true}")
        vacuum(connection)
        after = stored_bytes(connection)
        with connection.cursor() as cursor:
            cursor.execute("select pg_total_relation_size('enterprise.mapping_repeats')")
            [[repeats]] = cursor.fetchall()
        console.print(
            f"Night {night}: {before / 1e6:,.0f} MB on disk, {after / 1e6:,.0f} MB once it was pruned;"
            f" mapping_repeats has {repeats / night / rows:.1f} bytes a row and night (goal: at most 50)."
        )


def stored_bytes(connection: extensions.connection) -> int:
    """The tables that a load which changes nothing writes to, with their indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select sum(pg_total_relation_size('enterprise.' || name))::bigint"
            " from unnest(array['mapping_records', 'mapping_changes', 'mapping_repeats']) as names (name)"
        )
        [[size]] = cursor.fetchall()
    return int(size)


def small_loads(connection: extensions.connection, arguments: argparse.Namespace, console: Console) -> None:
    """A thousand rows, half of them new, into tables of two sizes."""
    medians = {}
    for stored in arguments.stored:
        empty(connection)
        load(connection, mappings(stored))
        vacuum(connection)
        load(connection, iter([("name", "示例0有限公司", "company 0")]))
        times = []
        for round_number in range(arguments.rounds):
            first = stored - 500 + 1000 * round_number
            some = (("name", name(number), f"company {number}") for number in range(first, first + 1000))
            times.append(load(connection, some)[0])
        medians[stored] = statistics.median(times)
    small, large = arguments.stored
    console.print(
        f"1,000 rows into {small:,}: {medians[small]:.2f} s; into {large:,}: {medians[large]:.2f} s:"
        f" {medians[large] / medians[small]:.2f} times the time (goal: at most 2)."
    )


def delete_insert(connection: extensions.connection, arguments: argparse.Namespace, console: Console) -> None:
    """The whole table replaced, in three sizes."""
    table = Table("delete_insert", "s", "rows a second")
    for rows in (arguments.mappings // 10, arguments.mappings // 3, arguments.mappings):
        empty(connection)
        load(connection, mappings(rows))
        vacuum(connection)
        took, _ = load(connection, mappings(rows, 2), "delete_insert")
        table.add_row(f"{rows:,} keys", f"{took:.2f}", f"{rows / took:,.0f}")
    console.print(table)


def main() -> None:
    """Measure on every server and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mappings", type=int, default=1_000_000)
    parser.add_argument("--stored", type=int, nargs=2, default=[50_000, 5_000_000], help="aliases of both tables")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--nights", type=int, default=5, help="reloads that are pruned, one after the other")
    parser.add_argument("--servers", type=int, default=2, help="1 for the embedded one alone")
    arguments = parser.parse_args()
    console = Console()
    for folder in binaries()[: arguments.servers]:
        with deployed_server(folder) as connection:
            console.print(f"PostgreSQL {connection.info.parameter_status('server_version')}")
            dbt(connection, "run")
            repeated_loads(connection, arguments, console)
            pruned_nights(connection, arguments, console)
            small_loads(connection, arguments, console)
            delete_insert(connection, arguments, console)


if __name__ == "__main__":
    main()
