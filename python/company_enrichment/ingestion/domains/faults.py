"""What is wrong with a domain's YAML file, said by key and line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from company_enrichment.ingestion.domains.reference import Key, keys_of
from company_enrichment.unusable_text import shown

_FORMS = {
    "list_type": "a list, in brackets or with a - before each part",
    "dict_type": "names with values",
    "model_type": "a text in quotes, or keys of its own",
    "model_attributes_type": "a text in quotes, or keys of its own",
}
_SAID_AS = {"Value error, ": "", "Input should be ": "must be "}

Path = tuple[str | int, ...]


def faults(error: ValidationError, text: str, model: type[BaseModel]) -> str:
    """Return what a model refuses of a domain's file: each fault with key and line."""
    root = yaml.compose(text, yaml.SafeLoader)
    known = {key.path for key in keys_of(model)}
    return "; ".join(dict.fromkeys(_described(fault, root, known) for fault in error.errors()))


def _described(fault: Mapping[str, Any], root: yaml.Node | None, known: Iterable[str]) -> str:
    path, line = _place(fault["loc"], root, keeps_last=fault["type"] == "missing")
    place = f"{_joined(path) or 'the file'} (line {line})"
    given = fault["input"]
    kind = fault["type"]
    if kind == "missing":
        return f"{place}: is missing"
    if kind == "extra_forbidden":
        return f"{place}: there is no such key{_nearest(path, known)}"
    if kind == "string_type":
        return f"{place}: must be a text, not {given}; put numbers and dates in quotes"
    if kind in _FORMS:
        return f"{place}: must be {_FORMS[kind]}, not {given!r}"
    message = re.sub("^(Value error, |Input should be )", lambda found: _SAID_AS[found[0]], str(fault["msg"]))
    # Our own sentences name the value themselves.
    return f"{place}: {message}" if kind == "value_error" else f"{place}: {message}, not {shown(str(given))}"


def _place(loc: Sequence[str | int], root: yaml.Node | None, *, keeps_last: bool) -> tuple[Path, int]:
    """Return the path of keys that a location of pydantic's means, and the line on which the last of them stands.

    Between the keys, a location has the names of alternatives, which are no part of the file.
    """
    path: list[str | int] = []
    node, line = root, 1 if root is None else root.start_mark.line + 1
    for number, part in enumerate(loc):
        found = _child(node, part)
        if found is not None:
            node, line = found
            path.append(part)
        elif keeps_last and number == len(loc) - 1:
            path.append(part)
    return tuple(path), line


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(key.value) == str(part):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def _joined(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def _nearest(path: Path, known: Iterable[str]) -> str:
    """Name the key that was probably meant, or else all that may stand there."""
    beside = sorted({Key.last_part(one) for one in known if Key.is_beside(one, [str(part) for part in path])})
    near = difflib.get_close_matches(str(path[-1]), beside, n=1)
    if near:
        return f"; {near[0]} is probably meant"
    return f"; there are {', '.join(beside)}" if beside else ""
