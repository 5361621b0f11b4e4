"""The command ``company-enrichment``.

Exit codes: 0 done, 1 the work failed, 2 wrong usage or configuration, 130 interrupted.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import typer

from company_enrichment.cli.commands import Commands
from company_enrichment.cli.output import error_console, warn
from company_enrichment.errors import (
    CompanyEnrichmentError,
    ConfigurationError,
)
from company_enrichment.printable_text import OneLineFormatter, printable
from company_enrichment.settings.unknown import describe_unknown_settings

app = typer.Typer(
    cls=Commands,
    name="company-enrichment",
    help="Gives every customer record in a PostgreSQL warehouse a stable company id.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# Makes it a group; the commands are those of the class.
app.callback()(lambda: None)

_INTERRUPTED = 130
# The base of what typer raises for a wrong call; typer gives it no public name.
_WRONG_CALL: Any = typer.BadParameter.__mro__[2]


def main() -> None:
    """Run the command line and turn every error into its exit code."""
    try:
        _configure_log()
        for sentence in describe_unknown_settings():
            warn(printable(sentence))
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
