"""What a run costs that has little to do: a thousand names were answered, beside histories of two sizes.

    python benchmarks/increments.py
    python benchmarks/increments.py --history 2000 20000 --answered 100 --rounds 1

Every record has a name of its own. Most names are known by a mapping; in each round some that are not are answered, and
a `dbt run` re-points their records. The rival is the same project told to compare everything (the var of that name),
which is how models without a change feed find out what to do. Measured are the models that write, by dbt's own clock;
what dbt needs to start is left out.
"""

from __future__ import annotations

import argparse
import statistics

from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from servers import binaries, dbt, deployed_server

MODELS = (
    "customer_record_keys",
    "mapping_changes",
    "company_mapping",
    "company_lookup_cache",
    "company_resolution",
    "company_resolution_changes",
    "company_id_crosswalk",
)
WAYS = {
    "what has changed": (),
    "everything": ("--vars", "{compare_everything: true}"),
}


def fill(connection: extensions.connection, history: int, unknown: int) -> None:
    """Land records and mappings, and resolve them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into enterprise.customer_records (record_id, source_system, plan_code, customer_name)"
            " select 'record ' || n, 'benchmark', 'P' || n, '示例' || n || '有限公司' from generate_series(1, %s) as n",
            (history,),
        )
        cursor.execute(
            "insert into enterprise.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " select 'history', n, 'benchmark', 'name', '示例' || n || '有限公司', 'company ' || n"
            " from generate_series(%s, %s) as n",
            (unknown + 1, history),
        )
    dbt(connection, "run")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    dbt(connection, "run")


def answer(connection: extensions.connection, first: int, last: int) -> None:
    """Store the answers of a registry to some of the unknown names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into enterprise.lookup_answers"
            " (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
            " select 'benchmark', name, enterprise.normalize_company_name(name), 'found', 'answer ' || n, name, 1"
            " from generate_series(%s, %s) as n, lateral (select '示例' || n || '有限公司') as made (name)",
            (first, last),
        )


def still_temporary(connection: extensions.connection) -> int:
    """How many records carry a temporary id."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from enterprise.company_resolution where is_temporary")
        [[records]] = cursor.fetchall()
    return int(records)


def measure(connection: extensions.connection, history: int, arguments: argparse.Namespace) -> dict[str, list[float]]:
    """The seconds of each way, round by round."""
    unknown = arguments.answered * arguments.rounds * len(WAYS)
    fill(connection, history, unknown)
    assert still_temporary(connection) == unknown
    measured: dict[str, list[float]] = {way: [] for way in WAYS}
    answered = 0
    for way in [*WAYS] * arguments.rounds:
        answer(connection, answered + 1, answered + arguments.answered)
        answered += arguments.answered
        took = dbt(connection, "run", *WAYS[way])
        measured[way].append(sum(took[model] for model in MODELS))
        assert still_temporary(connection) == unknown - answered, "the run has not re-pointed what was answered"
    return measured


def main() -> None:
    """Measure on every server and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=int, nargs=2, default=[50_000, 500_000], help="records of both histories")
    parser.add_argument("--answered", type=int, default=1000, help="names answered between two runs")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--servers", type=int, default=2, help="1 for the embedded one alone")
    arguments = parser.parse_args()
    console = Console()
    for folder in binaries()[: arguments.servers]:
        medians: dict[tuple[str, int], float] = {}
        version = ""
        for history in arguments.history:
            with deployed_server(folder) as connection:
                version = connection.info.parameter_status("server_version") or ""
                for way, times in measure(connection, history, arguments).items():
                    medians[way, history] = statistics.median(times)
        small, large = arguments.history
        table = Table(
            f"reads (PostgreSQL {version})",
            f"{small:,} records, s",
            f"{large:,} records, s",
            "ratio",
            title_justify="left",
        )
        for way in WAYS:
            one, other = medians[way, small], medians[way, large]
            table.add_row(way, f"{one:.2f}", f"{other:.2f}", f"{other / one:.2f}")
        console.print(table)
        saved = medians["everything", large] / medians["what has changed", large]
        console.print(
            f"{arguments.answered:,} answers, {large:,} records: {saved:.1f} times as fast as comparing everything."
        )


if __name__ == "__main__":
    main()
