"""The command ``company-enrichment``.

Exit codes: 0 done, 1 the work failed, 2 wrong usage or configuration, 130 interrupted.
"""

from __future__ import annotations

import json
import logging
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg2 import extensions
from rich.table import Table

from company_enrichment import __version__
from company_enrichment.address import DatabaseAddress, uses_embedded_server
from company_enrichment.cli.doctor import doctor
from company_enrichment.cli.domains import domains_app
from company_enrichment.cli.environment import (
    Environment,
    console,
    error_console,
    open_connection,
    open_environment,
)
from company_enrichment.cli.ingest import ingest
from company_enrichment.cli.mappings import mappings_app
from company_enrichment.cli.monitoring import print_monitoring
from company_enrichment.cli.pipeline import run_pipeline
from company_enrichment.cli.progress import Progress
from company_enrichment.cli.queue import queue_app, worker
from company_enrichment.cli.run_summary import print_run_summary
from company_enrichment.cli.sample import sample_app
from company_enrichment.dbt_runner import project_directory
from company_enrichment.embedded.binaries import find_binaries
from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.errors import (
    CompanyEnrichmentError,
    ConfigurationError,
    DatabaseError,
    InputFileError,
    LookupProviderUnavailableError,
)
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.files.spreadsheet_csv import refuse_missing_folder
from company_enrichment.files.table_files import WORKBOOK_ENDINGS
from company_enrichment.files.text_files import refuse_unknown_encoding
from company_enrichment.ingestion.domains import load_domain
from company_enrichment.ingestion.lost_zeros import LostZeros, lost_zeros_of_load, lost_zeros_of_mappings
from company_enrichment.lookups.provider_check import describe_troubles, provider_troubles
from company_enrichment.lookups.providers import describe_missing_provider, refuse_unusable_provider
from company_enrichment.lookups.queue import LookupQueue
from company_enrichment.mappings.files import MappingFile
from company_enrichment.mappings.landing import (
    MODES,
    LandedLoad,
    LoadRequest,
    land_mappings,
    land_undo,
    refuse_unknown_match_type,
)
from company_enrichment.mappings.load import LONGEST_WAIT_SECONDS, WAIT_SECONDS, check_before_landing, outcome_of_load
from company_enrichment.mappings.loads import LAST, load_to_undo
from company_enrichment.mappings.plan import plan_mappings, plan_undo
from company_enrichment.mappings.statistics import MappingLoadStatistics, read_mapping_totals
from company_enrichment.mappings.target import MappingDatabase
from company_enrichment.monitoring import read_monitoring
from company_enrichment.name_rules import read_name_rules
from company_enrichment.printable_text import OneLineFormatter, printable, printable_cells
from company_enrichment.records import CustomerKeys
from company_enrichment.resolver.explanation import explain
from company_enrichment.resolver.outage import refuse_outage
from company_enrichment.resolver.resolve_file import resolve_file
from company_enrichment.resolver.service import CompanyEnrichmentService
from company_enrichment.run_summary import read_run_summary
from company_enrichment.sample.data import REGISTRY_SEED, describe_sample
from company_enrichment.settings import MOST_LOOKUPS, Settings, describe_settings, load_settings, uses_sample
from company_enrichment.state_directory import state_directory
from company_enrichment.unknown_settings import describe_unknown_settings

app = typer.Typer(
    name="company-enrichment",
    help="Gives every customer record in a PostgreSQL warehouse a stable company id.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
database_app = typer.Typer(help="The embedded PostgreSQL server.", no_args_is_help=True)
app.add_typer(database_app, name="db")
app.add_typer(queue_app, name="queue")
app.add_typer(mappings_app, name="mappings")
app.add_typer(domains_app, name="domains")
app.add_typer(sample_app, name="sample")
app.command()(worker)
app.command()(doctor)

_INTERRUPTED = 130
# The base of what typer raises for a wrong call; typer gives it no public name.
_WRONG_CALL: Any = typer.BadParameter.__mro__[2]


def main() -> None:
    """Run the command line and turn every error into its exit code."""
    try:
        _configure_log()
        for sentence in describe_unknown_settings():
            _warn(printable(sentence))
        code = app(standalone_mode=False)
    except CompanyEnrichmentError as error:
        _say_error(str(error))
        sys.exit(error.exit_code)
    except _WRONG_CALL as error:
        # typer itself would print a frame that is as wide as the terminal, and part paths in it.
        message, context = error.format_message().rstrip("."), getattr(error, "ctx", None)
        # Without a message it is a group without a command, which has printed its help.
        if message:
            _say_error(f"{message}." + (f" See: {context.command_path} --help" if context else ""))
        sys.exit(error.exit_code)
    # typer turns an interrupt into this code, and says nothing.
    if code == _INTERRUPTED:
        error_console.print("Interrupted; what was committed stays, the next run goes on from there.")
    sys.exit(code if isinstance(code, int) else 0)


def _say_error(message: str) -> None:
    error_console.print(f"Error: {message}", markup=False, emoji=False, highlight=False, style="red", soft_wrap=True)


def _warn(sentence: str) -> None:
    """Print a warning to standard error."""
    error_console.print(sentence, markup=False, emoji=False, highlight=False, style="bold yellow", soft_wrap=True)


def _configure_log() -> None:
    """Send the log to standard error, from the level that WDH_LOG_LEVEL names."""
    level = os.environ.get("WDH_LOG_LEVEL") or "WARNING"
    levels = logging.getLevelNamesMapping()
    if level.upper() not in levels:
        raise ConfigurationError(
            f"WDH_LOG_LEVEL is {level!r}; it must be one of {', '.join(sorted(levels, key=lambda name: levels[name]))}."
        )
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter(logging.BASIC_FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler])


DomainOption = Annotated[str, typer.Option("--domain", help="Which kind of files: the name of a domain file.")]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        help="Of a text file; by default its byte order mark's, UTF-8, or GB18030 when it is that and not UTF-8."
    ),
]
SheetOption = Annotated[str | None, typer.Option(help="Of a workbook; the first visible one by default.")]
BudgetOption = Annotated[
    int | None,
    typer.Option(
        "--sync-lookup-budget", min=0, max=MOST_LOOKUPS, help="Names that may be looked up now; 0 looks none up."
    ),
]


@app.command()
def run(
    domain: DomainOption = "annuity_performance",
    *,
    sample: Annotated[
        bool,
        typer.Option("--sample", help="Use the sample, with its invented customers, in another database, too."),
    ] = False,
) -> None:
    """Run the whole job: ingest, resolve, look unknown names up, resolve again, sum up."""
    progress = Progress(console)
    if sample:
        # Settings, provider and dbt all ask the environment.
        os.environ["WDH_SAMPLE"] = "true"
    if uses_embedded_server() and not sys.stdin.isatty():
        _warn(
            "WDH_DATABASE__URI is not set: this run uses the embedded server, not a warehouse. A job that is meant for "
            "a warehouse has to set it: export WDH_DATABASE__URI=postgresql://…"
        )
    # A wrong name is better found before a server is started.
    load_domain(domain, load_settings().domains_dir)
    with open_environment() as environment:
        if uses_sample():
            progress.say(_used_of_sample(environment.settings))
        outcome = run_pipeline(environment.settings, environment.address, environment.schema, domain, progress)
        console.print()
        print_run_summary(console, outcome.summary)
        with closing(environment.address.connect()) as connection:
            of_sample = describe_sample(connection, environment.schema)
        if of_sample is not None:
            console.print(of_sample, markup=False, highlight=False, style="bold yellow", soft_wrap=True)
        progress.say(f"\nThe result is {environment.schema}.company_resolution in {environment.address}.")
        progress.say(f"Look at it: {_own_name()} db psql, then for example")
        progress.say("    select * from company_resolution limit 10;")
        if uses_embedded_server():
            progress.say(f"For plain dbt commands start the server first: {_own_name()} db start")
        if outcome.missing_files is not None:
            raise InputFileError(outcome.missing_files)
        if outcome.outage is not None:
            raise outcome.outage


def _used_of_sample(settings: Settings) -> str:
    """Return a sentence on what this run uses of the sample."""
    parts = [
        *(["its workbooks of invented customers"] if settings.data_base_dir is None else []),
        "its mappings",
        *(["its registry"] if settings.registry_table == REGISTRY_SEED else []),
    ]
    return f"SAMPLE DATA: this run uses the sample: {' and '.join(', '.join(parts).rsplit(', ', 1))}."


app.command()(ingest)


@app.command("load-mappings")
def load_mappings(
    file: Annotated[Path | None, typer.Argument(help="CSV, TSV or text file, or workbook, with a header.")] = None,
    *,
    mode: Annotated[
        str | None, typer.Option(help=f"What the load may do to what is stored: {', '.join(MODES)}.")
    ] = None,
    match_type: Annotated[str | None, typer.Option(help="The match type of every row, for files of one type.")] = None,
    source: Annotated[str | None, typer.Option(help="Whose word it is; by default file: and the file's name.")] = None,
    load_id: Annotated[
        str | None,
        typer.Option(help="Names the load; the same one again does nothing. By default made from the content."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Load nothing when a row cannot be used.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply/--no-apply", help="Have dbt apply the load, or only land it for the next run.")
    ] = True,
    encoding: EncodingOption = None,
    sheet: SheetOption = None,
    wait_seconds: Annotated[
        int, typer.Option(min=0, max=LONGEST_WAIT_SECONDS, help="How long to wait for a dbt run that is at work.")
    ] = WAIT_SECONDS,
    undo: Annotated[
        str | None,
        typer.Option(
            metavar="LOAD_ID",
            help="Take this load back; without a FILE. last: the last that stands, of --source if it is given.",
        ),
    ] = None,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Leave the database as it is, and say what the load would do.")
    ] = False,
) -> None:
    """Load a file of mappings, or take a load back."""
    if (file is None) == (undo is None):
        raise ConfigurationError("Give either a FILE, or --undo with the id of a load.")
    progress = Progress(console)
    database = MappingDatabase()
    check_before_landing(apply=apply, wait_seconds=wait_seconds)
    if file is None:
        if any(option is not None for option in (mode, match_type, load_id, encoding, sheet)) or strict:
            raise ConfigurationError("--undo goes with --no-apply, --wait-seconds and --plan-only only.")
        assert undo is not None  # noqa: S101 - narrows the type for mypy
        if source is not None and undo != LAST:
            raise ConfigurationError("--source goes with --undo last: the id of a load says of which source it is.")
        with database.in_use():
            if undo == LAST:
                undo = load_to_undo(database, source)
                progress.say(printable(f"The last load that stands: {undo}"))
            if plan_only:
                landed, statistics = plan_undo(database, undo, apply=apply)
                _say_planned(landed, statistics, progress)
                return
            landed = land_undo(database, undo)
            if not landed.is_new:
                progress.say(f"Load {undo} was taken back before.")
            _apply_load(database, landed, progress, apply=apply, wait_seconds=wait_seconds)
        return
    if mode is None:
        raise ConfigurationError(f"--mode says what the load may do: {', '.join(MODES)}.")
    mappings = MappingFile(
        path=file,
        match_type=match_type,
        encoding=encoding,
        sheet=sheet,
        reading=WorkbookReading.of(load_settings()),
    )
    request = LoadRequest(
        source=f"file:{file.name}" if source is None else source,
        mode=mode,
        load_id=load_id,
        strict=strict,
        needs_usable_row=True,
    )
    # Reading the file is worth while only now.
    request = replace(request, content_hash=mappings.content_hash(mode))
    records = mappings.records(on_note=lambda note: progress.say(printable(note)))
    with database.in_use():
        if match_type is not None:
            refuse_unknown_match_type(database, match_type)
        if plan_only:
            landed, statistics = plan_mappings(database, records, request, apply=apply)
            _say_planned(landed, statistics, progress)
            _say_lost_zeros(lost_zeros_of_mappings(database, mappings.records()), progress)
            return
        with progress.stage(f"Land {file}") as on_rows:
            landed = land_mappings(database, records, request, on_row=lambda number: on_rows(number, None))
        if not landed.is_new:
            progress.say(f"Nothing was landed: it is already loaded as {landed.load_id}.")
        # Before dbt makes aliases of them, which would be compared with themselves.
        lost_zeros = lost_zeros_of_load(database, landed.load_id)
        _apply_load(database, landed, progress, apply=apply, wait_seconds=wait_seconds)
        _say_lost_zeros(lost_zeros, progress)


def _say_lost_zeros(found: Sequence[LostZeros], progress: Progress) -> None:
    """Print which codes may have lost zeros in front, if any."""
    for of_type in found:
        progress.say(printable(f"Look at this: {of_type}."))


def _apply_load(
    database: MappingDatabase, landed: LandedLoad, progress: Progress, *, apply: bool, wait_seconds: int
) -> None:
    """Have dbt apply a landed load if it has not, and print what the load did."""
    statistics = outcome_of_load(database, landed.load_id, apply=False)
    if apply and not statistics["applied"]:
        with progress.stage("Apply the load (dbt run)") as on_node:
            statistics = outcome_of_load(database, landed.load_id, wait_seconds=wait_seconds, on_node=on_node)
    progress.say(f"Load {landed.load_id}:")
    if not statistics["applied"]:
        progress.say(f"{statistics['read']:,} rows are landed, and wait: the next `dbt run` applies them.")
        if apply:
            progress.say("It was not done now, because another run was at work for too long, or dbt is not installed.")
        return
    progress.say(_sum_of_load(statistics))
    if statistics["rejected"]:
        listed = printable(f"company-enrichment mappings rejects --load {shlex.quote(landed.load_id)}")
        progress.say(f"The rows that cannot be used, and why: {database.schema}.mapping_rejects, or {listed}")
    _say_taken_over(statistics, progress)
    if statistics["conflicts"]:
        listed = printable(f"company-enrichment mappings conflicts --load {shlex.quote(landed.load_id)}")
        progress.say(f"The rows in conflict, and what won: {database.schema}.company_mapping_conflicts, or {listed}")
    progress.say("Records are resolved by the aliases in the next `dbt run`.")


def _say_planned(landed: LandedLoad, statistics: MappingLoadStatistics, progress: Progress) -> None:
    """Print what a load would do."""
    if not landed.is_new:
        progress.say(f"Nothing would be landed: it is already loaded as {landed.load_id}.")
    progress.say(f"Plan only: nothing was written. Load {landed.load_id}:")
    if statistics["applied"]:
        progress.say(_sum_of_load(statistics))
        _say_taken_over(statistics, progress)
    else:
        progress.say(f"{statistics['read']:,} rows would be landed, and wait: the next `dbt run` applies them.")


def _say_taken_over(statistics: MappingLoadStatistics, progress: Progress) -> None:
    """Print from which sources a load takes aliases, if it does."""
    taken = sorted(statistics.get("taken_over_from", {}).items())
    if taken:
        progress.say(
            f"{sum(count for _, count in taken):,} of the conflicts are won by the load, which takes these aliases from"
            f" another source: {', '.join(f'{count:,} from {source}' for source, count in taken)}"
        )


def _sum_of_load(statistics: MappingLoadStatistics) -> str:
    return (
        f"{statistics['read']:,} rows read = {statistics['inserted']:,} inserted + {statistics['updated']:,} updated"
        f" + {statistics['unchanged']:,} unchanged + {statistics['rejected']:,} rejected"
        f" + {statistics['conflicts']:,} conflicts; {statistics['deleted']:,} aliases retired,"
        f" {statistics['restored']:,} restored"
    )


@app.command()
def resolve(
    name: Annotated[str | None, typer.Argument(help="A customer's name.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", help="File with the records to resolve: CSV, TSV or text, or a workbook.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the resolved CSV file goes.")] = None,
    plan_code: Annotated[str | None, typer.Option(help="What else the record says, beside NAME.")] = None,
    account_number: Annotated[str | None, typer.Option(help="As --plan-code.")] = None,
    account_name: Annotated[str | None, typer.Option(help="As --plan-code.")] = None,
    encoding: EncodingOption = None,
    sheet: SheetOption = None,
    sync_lookup_budget: BudgetOption = None,
    with_steps: Annotated[
        bool, typer.Option("--explain", help="Also print every step of the rule, and what it led to.")
    ] = False,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Leave the database as it is, ask nobody, and say what would be.")
    ] = False,
) -> None:
    """Resolve one record, or those of a file."""
    record = CustomerKeys(
        plan_code=plan_code, account_number=account_number, customer_name=name, account_name=account_name
    )
    is_given = record != CustomerKeys()
    if is_given == (file is not None) or (file is None) != (out is None):
        raise ConfigurationError("Give either a NAME or another key of a record, or --file together with --out.")
    if with_steps and file is not None:
        raise ConfigurationError("--explain goes with one record, not with --file.")
    if (encoding is not None or sheet is not None) and file is None:
        raise ConfigurationError("--encoding and --sheet go with --file.")
    refuse_unknown_encoding(encoding)
    if file is not None and out is not None:
        refuse_missing_folder(out, "--out")
        if out.suffix.lower() in WORKBOOK_ENDINGS:
            raise ConfigurationError(f"--out: {out} will be a CSV file; give it a name that ends in .csv.")
        if out.exists() and file.exists() and out.samefile(file):
            raise ConfigurationError(f"--out is the file that --file names, {file}: it would be overwritten.")
    with open_connection() as (environment, connection):
        service = CompanyEnrichmentService.from_settings(
            connection, settings=environment.settings, schema=environment.schema, plan_only=plan_only
        )
        if file is not None and out is not None:
            progress = Progress(console)
            counts = resolve_file(
                service,
                file,
                out,
                encoding=encoding,
                sheet=sheet,
                reading=WorkbookReading.of(environment.settings),
                sync_lookup_budget=sync_lookup_budget,
                on_reject=lambda line, reason: progress.say(printable(f"{file}, line {line}: rejected: {reason}")),
                on_note=lambda note: progress.say(printable(note)),
            )
            progress.say(
                f"{sum(counts.values()):,} rows written to {out}: "
                + ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
            )
            if set(counts) == {"rejected"}:
                raise InputFileError(
                    f"{file}: every row was rejected. If the file is in another encoding, name it: --encoding"
                )
            refuse_outage(service)
            return
        [result] = service.resolve_batch([record], sync_lookup_budget=sync_lookup_budget).results
        columns = (result.company_id or "-", result.status.value, result.reason)
        Progress(console).say("\t".join(map(printable, columns)))
        if with_steps:
            for line in explain(connection, record, schema=environment.schema):
                Progress(console).say(printable(line))
        refuse_outage(service)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show settings and their origin, the queue, the last run, and what the monitoring models say."""
    with open_connection() as (environment, connection):
        summary = read_run_summary(connection, environment.schema)
        queue = LookupQueue(connection, schema=environment.schema).get_health()
        mappings = read_mapping_totals(connection, environment.schema)
        monitoring = read_monitoring(connection, environment.schema)
        facts = {
            "version": __version__,
            "database": str(environment.address),
            "server_version": connection.info.parameter_status("server_version"),
            "schema": environment.schema,
            "name_rules": _name_rules(connection, environment.schema),
            "lookup_provider": _state_of_provider(environment, connection),
            "dbt_project": str(project_directory(environment.settings)),
            "sample": describe_sample(connection, environment.schema) or "nothing of it is in this database",
        }
        troubles = provider_troubles(connection, environment.schema)
    settings = describe_settings()
    if as_json:
        document = {
            **facts,
            "settings": settings,
            "queue": asdict(queue),
            "providers": [asdict(trouble) for trouble in troubles],
            "mappings": mappings,
            "last_run": summary.as_dict() if summary else None,
            "monitoring": monitoring.as_dict() if monitoring else None,
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")
        return
    table = Table("setting", "value", "from")
    for setting in settings:
        table.add_row(*printable_cells((setting["name"], setting["value"], setting["origin"])))
    for name, value in facts.items():
        console.print(printable(f"{name.replace('_', ' ')}: {value}"), markup=False, highlight=False, soft_wrap=True)
    console.print(table)
    console.print(
        f"lookup requests: {queue.ready:,} ready, {queue.waiting:,} waiting, {queue.in_flight:,} in flight, "
        f"{queue.expired:,} expired, {queue.failed:,} dead letters"
        + (f"; the oldest is of {queue.oldest_created_at:%Y-%m-%d %H:%M:%S %Z}" if queue.oldest_created_at else ""),
        highlight=False,
    )
    for line in describe_troubles(troubles):
        Progress(console).say(printable(line))
    if mappings is not None:
        console.print(
            f"mapping rows of all loads: {mappings['conflicts']:,} conflicts (company_mapping_conflicts), "
            f"{mappings['rejected']:,} rejected (mapping_rejects)"
        )
    if summary is None:
        console.print("No run has finished yet.")
    else:
        Progress(console).say(
            printable(f"Last run: {summary.run_id}, {summary.status}, {summary.finished_at:%Y-%m-%d %H:%M:%S %Z}")
        )
        print_run_summary(console, summary)
    if monitoring is None:
        console.print("The monitoring models are not there: the next `dbt run` of the whole project builds them.")
    else:
        print_monitoring(console, monitoring)


def _state_of_provider(environment: Environment, connection: extensions.connection) -> str:
    """Return who is asked, and why nobody could be: a server is not asked for it, its settings are looked at."""
    named = environment.settings.lookup_provider
    if named == "none":
        return describe_missing_provider(environment.settings)
    try:
        refuse_unusable_provider(environment.settings, connection, environment.schema)
    except (ConfigurationError, LookupProviderUnavailableError) as error:
        return f"{named}, which cannot be asked: {error}"
    return named


def _name_rules(connection: extensions.connection, schema: str) -> str:
    """Return the version of the name rules in force, and the one under which keys were stored if it is another."""
    rules = read_name_rules(connection, schema)
    return f"{rules.present}; keys were stored under {rules.deployed}" if rules.has_changed else rules.present


@database_app.command("start")
def database_start() -> None:
    """Start the embedded server and keep it running until `db stop`."""
    server = _embedded_server()
    server.start()
    Progress(console).say(f"The embedded server is running, in {server.socket_directory}.")


@database_app.command("stop")
def database_stop() -> None:
    """Stop the embedded server."""
    stopped = _embedded_server().stop()
    Progress(console).say("The embedded server was stopped." if stopped else "The embedded server was not running.")


@database_app.command("url")
def database_url() -> None:
    """Print the address of the database in use, without the password."""
    Progress(console).say(DatabaseAddress.from_settings().uri_without_password)


@database_app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def database_psql(context: typer.Context) -> None:
    """Open psql on the database in use; further arguments are psql's."""
    with open_environment() as environment:
        address = environment.address
        psql = shutil.which("psql") or _bundled_psql()
        # The password travels in the environment: arguments can be read by every user of the machine.
        variables = {
            **os.environ,
            "PGHOST": address.host,
            "PGPORT": str(address.port),
            "PGUSER": address.user,
            "PGDATABASE": address.dbname,
            "PGSSLMODE": address.sslmode,
            "PGOPTIONS": f"-c search_path={environment.schema},public",
            **({"PGPASSWORD": address.password} if address.password else {}),
        }
        code = os.spawnve(os.P_WAIT, psql, [psql, *context.args], variables)  # noqa: S606
    raise typer.Exit(1 if code else 0)


def _own_name() -> str:
    """Return what to type to get this command: its name, or its path where it is not on the PATH."""
    return "company-enrichment" if shutil.which("company-enrichment") else os.path.relpath(sys.argv[0])


def _bundled_psql() -> str:
    psql = find_binaries() / "psql"
    if not psql.exists():
        raise DatabaseError("psql is not installed; any PostgreSQL client will do: see `company-enrichment db url`.")
    return str(psql)


def _embedded_server() -> EmbeddedServer:
    if not uses_embedded_server():
        raise ConfigurationError("WDH_DATABASE__URI is set: the embedded server is not in use.")
    return EmbeddedServer(state_directory())
