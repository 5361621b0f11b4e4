"""The commands ``domains``: which there are, what one finds, and a draft of a new one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from company_enrichment.cli.output import console, print_table
from company_enrichment.cli.progress import Progress
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.files.spreadsheet_csv import refuse_missing_folder
from company_enrichment.ingestion.domains import Domain, domain_folders, known_domains, load_domain
from company_enrichment.ingestion.domains.draft import draft_domain
from company_enrichment.ingestion.domains.reference import reference_table
from company_enrichment.ingestion.input_files import (
    choose_files,
    data_base_dir,
    describe_missing_files,
    find_files,
    read_bytes,
)
from company_enrichment.ingestion.workbooks import RecordRow, read_records
from company_enrichment.printable_text import printable, printable_cells, printable_lines
from company_enrichment.settings import load_settings

domains_app = typer.Typer(help="The kinds of files that can be taken in: one YAML file each.", no_args_is_help=True)
_REJECTS_SHOWN = 3


@domains_app.command("list")
def list_domains() -> None:
    """List the domains, and what is wrong with a file that describes none."""
    domains_dir = load_settings().domains_dir
    table = Table("name", "description", "columns", "file")
    broken = []
    for name in known_domains(domains_dir):
        try:
            domain = load_domain(name, domains_dir)
        except ConfigurationError as error:
            broken.append(str(error))
            continue
        table.add_row(
            *printable_cells((name, domain.description, ", ".join(domain.columns), _file_of(name, domains_dir)))
        )
    print_table(console, table)
    if broken:
        raise ConfigurationError(printable("; ".join(broken)))


@domains_app.command("check")
def check_domain(name: Annotated[str, typer.Argument(help="The name of a domain.")]) -> None:
    """Read a domain's file, find its input files, and read the newest, without a database."""
    progress = Progress(console)
    settings = load_settings()
    domain = load_domain(name, settings.domains_dir)
    progress.say(printable(f"{_file_of(name, settings.domains_dir)} describes the domain {name}: {domain.description}"))
    for column, header in domain.column_headers.items():
        progress.say(printable(f"    {column}: {header}"))
    base_dir = data_base_dir(settings)
    files = find_files(domain, base_dir)
    if not files:
        raise InputFileError(describe_missing_files(domain, base_dir))
    chosen = choose_files(files)
    to_read = [one for one in chosen if one.superseded_by is None and one.problem is None]
    progress.say(f"{len(files):,} files are found, of which {len(to_read):,} would be read.")
    problems = [one.problem for one in chosen if one.problem is not None]
    if not to_read:
        raise InputFileError("; ".join(problems))
    newest = max((one.file for one in to_read), key=lambda file: (file.period or "", file.version or 0, file.place))
    content, _ = read_bytes(newest)
    notes: list[str] = []
    reading = WorkbookReading.of(settings)
    rows = list(read_records(newest.path, content, domain, reading=reading, on_note=notes.append))
    rejects = [row for row in rows if isinstance(row, RecordRow) and row.reject_reason is not None]
    progress.say(printable(f"{newest.place}: {len(rows):,} rows, {len(rejects):,} of them cannot be taken in"))
    for note in notes:
        progress.say(printable(f"    {note}"))
    for row in rejects[:_REJECTS_SHOWN]:
        progress.say(printable(f"    row {row.row_number}: {row.reject_reason}"))
    if problems:
        raise InputFileError("; ".join(problems))


@domains_app.command("keys")
def list_keys() -> None:
    """Print the keys of a domain's file and what they mean, as docs/domains.md has them."""
    sys.stdout.write(reference_table(Domain))


@domains_app.command("draft")
def draft(
    file: Annotated[Path, typer.Argument(help="A workbook of the kind that is to be taken in.")],
    *,
    sheet: Annotated[str | None, typer.Option(help="The sheet with the rows; found out by default.")] = None,
    name: Annotated[str | None, typer.Option(help="The domain's name; made from the file's by default.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to this .yml file, in place of printing it.")
    ] = None,
) -> None:
    """Draft the YAML file of a domain from a workbook, with comments on what to check."""
    settings = load_settings()
    if out is not None:
        _refuse_unusable_target(out, name)
    drafted = draft_domain(
        file,
        sheet=sheet,
        name=name or (out.stem if out else None),
        base_dir=settings.data_base_dir,
        reading=WorkbookReading.of(settings),
    )
    if out is None:
        sys.stdout.write(printable_lines(drafted.text))
        return
    out.write_text(drafted.text, "utf-8")
    progress = Progress(console)
    progress.say(printable(f"The domain {drafted.name} is drafted in {out}: {drafted.rows:,} rows are read by it."))
    if settings.domains_dir is None or out.parent.resolve() != settings.domains_dir.resolve():
        progress.say(printable(f"Domains are found in WDH_DOMAINS_DIR: export WDH_DOMAINS_DIR={out.parent.resolve()}"))
    progress.say(printable(f"Check its comments, then: company-enrichment ingest --domain {drafted.name}"))


def _refuse_unusable_target(out: Path, name: str | None) -> None:
    refuse_missing_folder(out, "--out")
    if out.suffix != ".yml":
        raise ConfigurationError(f"--out is {out}: the file of a domain is a .yml file.")
    if name is not None and out.stem != name:
        raise ConfigurationError(f"--out is {out}: the file of the domain {name} is {name}.yml.")
    if out.exists():
        raise ConfigurationError(f"--out is {out}, which is there: a draft overwrites nothing.")


def _file_of(name: str, domains_dir: Path | None) -> Path:
    return next(file for folder in domain_folders(domains_dir) if (file := folder / f"{name}.yml").is_file())
