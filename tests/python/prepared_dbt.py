"""dbt with this project parsed and its templates compiled: what most commands would spend most of their time with.

Imported by the process that commands are forked from, once for all of them. A command has the project to itself
all the same: what it changes in memory is its own process's.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import unquote, urlsplit

from dbt.cli.main import cli, dbtRunner
from dbt.parser.manifest import ManifestLoader
from dbt_common.clients.jinja import MacroFuzzEnvironment, NativeSandboxEnvironment, get_template, template_cache

_PROJECT = Path(__file__).resolve().parents[2]
# Every relation is parsed with the name of its database, which is another one in each test.
_PLACEHOLDER = "the_database_of_the_command"
# What a project looks like when it is parsed depends on these, too.
_DECIDES_ABOUT_PARSING = ("WDH_DATABASE__SCHEMA", "WDH_DBT_TARGET", "DBT_")
_OUTPUT_ONLY = ("DBT_TARGET_PATH", "DBT_LOG_PATH", "DBT_LOG_LEVEL_FILE", "DBT_WRITE_JSON")
_PARSED_ANEW = ("--no-partial-parse", "parse", "deps", "clean", "docs", "--target", "--profile")


def _in_the_project(arguments: list[str], manifest: Any = None) -> Any:
    """What `dbt ARGUMENTS` comes to in the folder of the project, with none of the person's settings."""
    before = dict(os.environ)
    folder = Path.cwd()
    for name in [name for name in os.environ if name.startswith(("WDH_", "DBT_", "PG"))]:
        del os.environ[name]
    os.environ["WDH_DATABASE__URI"] = f"postgresql://postgres@localhost/{_PLACEHOLDER}"
    os.chdir(_PROJECT)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            os.environ.update(DBT_TARGET_PATH=scratch, DBT_LOG_PATH=scratch, DBT_WRITE_JSON="false")
            return dbtRunner(manifest).invoke(arguments)
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)


def _compile_once(environment_class: Any) -> None:
    """Keep what each template was compiled to: dbt compiles a model anew in each command, from the same text."""
    compile_anew = environment_class.compile
    compiled: dict[str, CodeType] = {}

    def compile_template(self: Any, source: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(source, str) or any(arguments) or any(options.values()):
            return compile_anew(self, source, *arguments, **options)
        if source not in compiled:
            compiled[source] = compile_anew(self, source)
        return compiled[source]

    environment_class.compile = compile_template


def _warm_up(manifest: Any) -> None:
    """Do beforehand, once, what every command would do with these files."""
    for macro in manifest.macros.values():
        template_cache.get_node_template(macro)
    for node in manifest.nodes.values():
        hooks = [hook.sql for name in ("pre_hook", "post_hook") for hook in getattr(node.config, name, [])]
        for text in [getattr(node, "raw_code", ""), *hooks]:
            get_template(text, {}, node)
    # Imports what only a command needs, and opens no connection.
    _in_the_project(["--quiet", "run", "--select", "nothing_at_all"], manifest)
    # What is here by now stays; looking for garbage in it would copy its pages into each command's process.
    gc.collect()
    gc.freeze()


for _environment_class in (MacroFuzzEnvironment, NativeSandboxEnvironment):
    _compile_once(_environment_class)
# The static parser has threads of its own, which a fork would lack and wait for.
# None when the project cannot be parsed: each command then says so itself.
_manifest = _in_the_project(["--quiet", "--no-static-parser", "parse"]).result
if _manifest is not None:
    _warm_up(_manifest)


def parsed_project(arguments: list[str], environment: Mapping[str, str], project: Path) -> Any:
    """The project as `dbt ARGUMENTS` would parse it in this environment; None if that is not known beforehand."""
    decides = [name for name in environment if name.startswith(_DECIDES_ABOUT_PARSING) and name not in _OUTPUT_ONLY]
    uri = environment.get("WDH_DATABASE__URI")
    if _manifest is None or project != _PROJECT or decides or not uri or set(arguments) & set(_PARSED_ANEW):
        return None
    database = unquote(urlsplit(uri).path[1:])
    for node in (*_manifest.nodes.values(), *_manifest.sources.values()):
        node.database = database
        if node.relation_name:
            node.relation_name = node.relation_name.replace(_PLACEHOLDER, database)
    return _manifest


def save_parsed_project(arguments: list[str], environment: Mapping[str, str], project: Path) -> None:
    """Leave in the target folder what `dbt ARGUMENTS` would leave there of the parsed project for the next command."""
    known: dict[str, Any] = {"manifest": parsed_project(arguments, environment, project)}
    if known["manifest"] is None:
        return
    cli(["--quiet", *arguments], obj=known, standalone_mode=False)
    loader: Any = ManifestLoader(known["runtime_config"], known["runtime_config"].load_dependencies())
    known["manifest"].state_check = loader.manifest.state_check
    loader.manifest = known["manifest"]
    loader.write_manifest_for_partial_parse()
