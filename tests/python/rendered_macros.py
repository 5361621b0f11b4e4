"""Macros that ask no database, rendered by Jinja alone: dbt takes a thousand times as long to start."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from jinja2 import Template
from jinja2.sandbox import SandboxedEnvironment

from real_databases import REPOSITORY

_ENVIRONMENT = SandboxedEnvironment(extensions=["jinja2.ext.do"])
# Folders whose macros ask no database.
_CODE = {
    file.stem: _ENVIRONMENT.compile(file.read_text("utf-8"))
    for folder in ("settings", "quoting", "statements", "temporary_ids")
    for file in (REPOSITORY / "macros" / folder).glob("*.sql")
}


class MacroRefusedError(Exception):
    """What a macro stops with, by raise_compiler_error()."""


class _ReturnedError(BaseException):
    def __init__(self, value: Any) -> None:
        self.value = value


def _returning(macro: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return macro(*arguments, **named)
        except _ReturnedError as returned:
            return returned.value

    return call


def rendered(
    variables: dict[str, Any],
    *,
    schema: str = "enterprise",
    run_id: str = "nightly",
    given: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None,
    project_name: str = "company_enrichment",
    project_vars: dict[str, Any] | None = None,
    warnings: list[str] | None = None,
) -> Any:
    """The macros of the folders above in a project of these vars; given are those of the command line.

    project_vars is what stands below vars in its dbt_project.yml, the vars below company_enrichment when left out; to
    warnings is appended what is warned of.
    """

    def returned(value: Any) -> None:
        raise _ReturnedError(value)

    def refused(message: str) -> None:
        raise MacroRefusedError(message)

    warned: list[str] = [] if warnings is None else warnings
    in_file = {"company_enrichment": variables} if project_vars is None else project_vars
    context: dict[str, Any] = {
        "return": returned,
        "exceptions": SimpleNamespace(raise_compiler_error=refused, warn=warned.append),
        "env_var": lambda name, default=None: (environment or {}).get(name, default),
        "adapter": SimpleNamespace(config=SimpleNamespace(vars=SimpleNamespace(to_dict=lambda: in_file))),
        "modules": {"re": re},
        "tojson": json.dumps,
        "var": variables.__getitem__,
        "invocation_args_dict": {"vars": given or {}},
        "project_name": project_name,
        "target": SimpleNamespace(schema=schema),
        "execute": True,
    }
    macros = SimpleNamespace(run_id=lambda: run_id)
    context["company_enrichment"] = macros
    for name, code in _CODE.items():
        module = Template.from_code(_ENVIRONMENT, code, _ENVIRONMENT.make_globals(context)).make_module()
        setattr(macros, name, _returning(getattr(module, name)))
    return macros
