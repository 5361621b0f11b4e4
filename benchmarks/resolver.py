"""What the online resolver costs: one record, a thousand, and a warehouse's day of them.

    python benchmarks/resolver.py
    python benchmarks/resolver.py --aliases 20000 --records 10000 --rounds 1 --servers 1

One record: a name that a mapping answers, and one that an earlier answer of a registry does, each by one statement on
an autocommit connection, beside `select 1` on the same; and through the service, as a job calls it. A thousand records
in one call beside one call each. Then records of the mix 40 % plan, 40 % name in four spellings, 10 % account, 10 %
unknown, in blocks: known ones only, and with unknown ones that get temporary ids and are queued, all committed; the
memory by which the process grew meanwhile. The system that this one takes over from needs 223 s for 100,000 of these
records (449 a second); it is not run here.

Medians are over the rounds; ratios are of the same round. The tables are analysed, as autovacuum would have done.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal

from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from company_enrichment import CompanyEnrichmentService, CompanyMappingLoader, CustomerKeys, LookupAnswer, LookupQueue
from servers import binaries, dbt, deployed_server

ALIASES = """
insert into enterprise.company_mapping (
    alias_name, match_type, alias_text, company_id, source, load_id, line_no, updated_at, key_version
)
select
    enterprise.mapping_alias_name(alias.match_type, alias.alias_text), alias.match_type, alias.alias_text,
    'C' || alias.number, 'benchmark', 'benchmark', alias.number, now(), enterprise.company_name_key_version()
from (
    select number, 'plan' as match_type, 'P' || number as alias_text
    from generate_series(1, %(aliases)s, 3) as plan (number)
    union all
    select number, 'account', 'A' || number from generate_series(2, %(aliases)s, 3) as account (number)
    union all
    select number, 'name', '示例' || number || '号有限公司' from generate_series(3, %(aliases)s, 3) as name (number)
) as alias
"""
SPELLINGS = ("示例{}号有限公司", " 示例{}号有限公司", "（存量）示例{}号有限公司", "示例 {} 号有限公司-已转出")
GOALS = {
    "mapping, statement": 2.0,
    "answer, statement": 2.0,
}
_unknown = itertools.count(1)


def records(number: int, aliases: int, unknown: float) -> Iterator[CustomerKeys]:
    """So many records of the mix; that share of them has a name that nobody has seen yet."""
    chance = random.Random(number)
    for _ in range(number):
        kind = chance.random()
        place = chance.randrange(0, aliases // 3 - 1) * 3
        if kind < unknown:
            yield CustomerKeys(customer_name=f"未知{next(_unknown)}号公司", plan_code="P0")
        elif kind < unknown + 0.4:
            yield CustomerKeys(plan_code=f"P{place + 1}", customer_name=f"示例{place + 3}号有限公司")
        elif kind < unknown + 0.5:
            yield CustomerKeys(account_number=f"A{place + 2}", plan_code="P0")
        else:
            yield CustomerKeys(plan_code="P0", customer_name=chance.choice(SPELLINGS).format(place + 3))


def median_seconds(call: Callable[[], object], times: int) -> float:
    """The median time of a call."""
    measured = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        measured.append(time.perf_counter() - started)
    return statistics.median(measured)


def prepare(connection: extensions.connection, aliases: int) -> None:
    """Build the models, and put aliases and an answer into them."""
    dbt(connection, "run")
    with connection.cursor() as cursor:
        cursor.execute(ALIASES, {"aliases": aliases})
        cursor.execute("vacuum analyze enterprise.company_mapping")
    found = LookupAnswer(provider="registry", outcome="found", company_id="C1", confidence=Decimal(1))
    LookupQueue(connection).record_answer("曾问过的有限公司", found)


def one_record(connection: extensions.connection, times: int) -> dict[str, float]:
    """Seconds of one record by each way."""
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), None, 0)
    mapped, answered = "示例3号有限公司", "曾问过的有限公司"
    with connection.cursor() as cursor:

        def run(statement: str, *parameters: str | None) -> None:
            cursor.execute(statement, parameters)
            cursor.fetchall()

        resolve = "select company_id, match_type from enterprise.resolve_company(%s, %s, %s, %s)"
        ways: dict[str, Callable[[], object]] = {
            "select 1": lambda: run("select 1"),
            "mapping, statement": lambda: run(resolve, None, None, mapped, None),
            "answer, statement": lambda: run(resolve, None, None, answered, None),
            "mapping, service": lambda: service.resolve_company_id(customer_name=mapped),
            "answer, service": lambda: service.resolve_company_id(customer_name=answered),
        }
        for way in ways.values():
            median_seconds(way, 20)
        return {name: median_seconds(way, times) for name, way in ways.items()}


def thousand_records(connection: extensions.connection, aliases: int, number: int) -> tuple[float, float]:
    """Seconds a record of known records: in one call, and in one call each."""
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), None, 0)
    given = list(records(number, aliases, 0))
    started = time.perf_counter()
    together = service.resolve_batch(given)
    in_one_call = time.perf_counter() - started
    started = time.perf_counter()
    singly = [service.resolve_batch([record]).results[0] for record in given]
    one_each = time.perf_counter() - started
    if [result.company_id for result in singly] != [result.company_id for result in together.results]:
        raise RuntimeError("records are resolved otherwise in one call")
    return in_one_call / number, one_each / number


def many_records(connection: extensions.connection, aliases: int, number: int, unknown: float) -> tuple[float, float]:
    """Seconds of so many records in blocks, and the MiB by which the process grew."""
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), None, 0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    counted = temporary = queued = 0
    for block in service.resolve_blocks(records(number, aliases, unknown)):
        counted += block.statistics.records
        temporary += block.statistics.temporary
        queued += block.statistics.queued
    seconds = time.perf_counter() - started
    if counted != number or temporary != queued or bool(temporary) != bool(unknown):
        raise RuntimeError(f"{number} records, {counted} resolved, {temporary} temporary, {queued} queued")
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def report(connection: extensions.connection, arguments: argparse.Namespace, console: Console) -> None:
    """Measure every round, and print medians with the goals."""
    prepare(connection, arguments.aliases)
    ones = [one_record(connection, arguments.times) for _ in range(arguments.rounds)]
    table = Table("one record", "µs", "times select 1", "goal", title=f"{arguments.aliases:,} aliases, medians")
    for name in ones[0]:
        ratio = statistics.median(one[name] / one["select 1"] for one in ones)
        goal = GOALS.get(name)
        verdict = "" if goal is None else f"at most {goal:g}{'' if ratio <= goal else ': missed'}"
        table.add_row(name, f"{statistics.median(one[name] for one in ones) * 1e6:,.0f}", f"{ratio:.2f}", verdict)
    console.print(table)

    thousands = [thousand_records(connection, arguments.aliases, arguments.batch) for _ in range(arguments.rounds)]
    ratio = statistics.median(one_each / in_one_call for in_one_call, one_each in thousands)
    in_one_call, one_each = (statistics.median(seconds) * 1e6 for seconds in zip(*thousands, strict=True))
    console.print(
        f"{arguments.batch:,} records in one call: {in_one_call:.1f} µs a record; one call each: {one_each:.1f} µs; "
        f"{ratio:.1f} times as fast (goal 15{'' if ratio >= 15 else ': missed'})",
        soft_wrap=True,
    )
    for unknown, what in ((0.0, "all known"), (0.1, "10 % unknown: temporary ids, queued, committed")):
        runs = [
            many_records(connection, arguments.aliases, arguments.records, unknown) for _ in range(arguments.rounds)
        ]
        seconds = statistics.median(seconds for seconds, _ in runs)
        rate = arguments.records / seconds
        wanted = 20_000 if unknown else 30_000
        console.print(
            f"{arguments.records:,} records, {what}: {seconds:.2f} s, {rate:,.0f} a second (goal "
            f"{wanted:,}{'' if rate >= wanted else ': missed'}); the process grew by "
            f"{max(growth for _, growth in runs):.1f} MiB",
            soft_wrap=True,
        )


def main() -> None:
    """Measure on every server and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aliases", type=int, default=200_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=1_000, help="records of one call, and as many calls")
    parser.add_argument("--times", type=int, default=2_000, help="calls of which one record's time is the median")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--servers", type=int, default=2, help="1 for the embedded one alone")
    arguments = parser.parse_args()
    console = Console(width=120)
    for folder in binaries()[: arguments.servers]:
        with deployed_server(folder) as connection:
            console.print(f"PostgreSQL {connection.info.parameter_status('server_version')}")
            report(connection, arguments, console)


if __name__ == "__main__":
    main()
