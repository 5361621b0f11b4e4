"""The command `resolve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from company_enrichment.cli.environment import open_connection
from company_enrichment.cli.options import BudgetOption, EncodingOption, SheetOption
from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.files.spreadsheet_csv import refuse_missing_folder
from company_enrichment.files.table_files import WORKBOOK_ENDINGS
from company_enrichment.files.text_files import refuse_unknown_encoding
from company_enrichment.printable_text import printable
from company_enrichment.records import CustomerKeys
from company_enrichment.resolver.explanation import explain
from company_enrichment.resolver.outage import refuse_outage
from company_enrichment.resolver.resolve_file import resolve_file
from company_enrichment.resolver.service import CompanyEnrichmentService


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
