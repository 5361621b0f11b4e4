"""dbt with this project parsed and its macros compiled: what most commands would spend most of their time with.

Imported by the process that commands are forked from, once for all of them. A command has the project to itself
all the same: what it changes in memory is its own process's.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dbt.cli.main import dbtRunner
from dbt_common.clients.jinja import template_cache

_PROJECT = Path(__file__).resolve().parents[2]
# Every relation is parsed with the name of its database, which is another one in each test.
_PLACEHOLDER = "the_database_of_the_command"
# What a project looks like when it is parsed depends on these, too.
_DECIDES_ABOUT_PARSING = ("WDH_DATABASE__SCHEMA", "WDH_DBT_TARGET", "DBT_")
_SAMPLE = "true"
_OUTPUT_ONLY = ("DBT_TARGET_PATH", "DBT_LOG_PATH", "DBT_LOG_LEVEL_FILE", "DBT_WRITE_JSON")
_PARSED_ANEW = ("--no-partial-parse", "parse", "deps", "clean", "docs", "--target", "--profile")


def _parse() -> Any:
    before = dict(os.environ)
    folder = Path.cwd()
    for name in [name for name in os.environ if name.startswith(("WDH_", "DBT_", "PG"))]:
        del os.environ[name]
    os.environ["WDH_DATABASE__URI"] = f"postgresql://postgres@localhost/{_PLACEHOLDER}"
    os.environ["WDH_SAMPLE"] = _SAMPLE
    os.chdir(_PROJECT)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            os.environ.update(DBT_TARGET_PATH=scratch, DBT_LOG_PATH=scratch)
            # The static parser has threads of its own, which a fork would lack and wait for.
            return dbtRunner().invoke(["--quiet", "--no-static-parser", "parse"]).result
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)


# None when the project cannot be parsed: each command then says so itself.
_manifest = _parse()
if _manifest is not None:
    for macro in _manifest.macros.values():
        if macro.package_name == "company_enrichment":
            template_cache.get_node_template(macro)


def parsed_project(arguments: list[str], environment: Mapping[str, str], project: Path) -> Any:
    """The project as `dbt ARGUMENTS` would parse it in this environment; None if that is not known beforehand."""
    decides = [name for name in environment if name.startswith(_DECIDES_ABOUT_PARSING) and name not in _OUTPUT_ONLY]
    uri = environment.get("WDH_DATABASE__URI")
    is_as_parsed = not decides and environment.get("WDH_SAMPLE") == _SAMPLE
    if _manifest is None or project != _PROJECT or not is_as_parsed or not uri or set(arguments) & set(_PARSED_ANEW):
        return None
    database = unquote(urlsplit(uri).path[1:])
    for node in (*_manifest.nodes.values(), *_manifest.sources.values()):
        node.database = database
        if node.relation_name:
            node.relation_name = node.relation_name.replace(_PLACEHOLDER, database)
    return _manifest
