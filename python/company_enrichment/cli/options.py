"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from company_enrichment.settings import MOST_LOOKUPS

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
