"""The keys of a domain's YAML file, as the model of domains has them: what the reference page is made from."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_WORDS: Mapping[type, str] = {str: "text", int: "whole number", bool: "true or false", float: "number"}


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key of the file."""

    path: str
    """Where it stands: names with points between; one in angle brackets is any name that may stand there."""
    form: str
    """What its value is, in words."""
    default: str
    """required, or what holds when it is left out."""
    description: str

    @staticmethod
    def last_part(path: str) -> str:
        """Return the key's own name."""
        return path.rpartition(".")[2]

    @staticmethod
    def is_beside(path: str, given: Sequence[str]) -> bool:
        """Say whether a key may stand where the given names lead to."""
        parts = path.split(".")
        return len(parts) == len(given) and all(
            part.startswith("<") or part == name for part, name in zip(parts[:-1], given[:-1], strict=True)
        )


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[Key]:
    """Yield every key of a model and of the models in it, in the order in which they are declared."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        yield Key(
            path=path,
            form=_form(field.annotation),
            default=_default(field),
            description=" ".join((field.description or "").split()),
        )
        for is_named, part in _models_in(field.annotation):
            # columns.<column>.width
            place = f".<{name.removesuffix('s')}>" if is_named else ""
            yield from keys_of(part, f"{path}{place}.")


def reference_table(model: type[BaseModel]) -> str:
    """Return the keys as a table in Markdown."""
    lines = ["| key | value | if left out | meaning |", "|---|---|---|---|"]
    for key in keys_of(model):
        cells = (f"`{key.path}`", key.form, key.default, key.description)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    if isinstance(field.json_schema_extra, dict) and "if_left_out" in field.json_schema_extra:
        return str(field.json_schema_extra["if_left_out"])
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ([], {}, ()):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _form(annotation: Any) -> str:
    """Return a type in words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and origin is None:
        return "keys of its own" if issubclass(annotation, BaseModel) else _WORDS.get(annotation, annotation.__name__)
    if origin is Annotated:
        return _form(arguments[0])
    if origin in (Union, types.UnionType, Literal):
        forms = [f"`{one}`" if origin is Literal else _form(one) for one in arguments if one is not type(None)]
        return " or ".join(dict.fromkeys(forms))
    if origin in (dict, Mapping):
        return f"{_form(arguments[0])}: {_form(arguments[1])}"
    if origin in (list, tuple, Sequence, set, frozenset):
        return f"list of: {_form(arguments[0])}"
    return str(annotation)


def _models_in(annotation: Any) -> Iterator[tuple[bool, type[BaseModel]]]:
    """Yield the models in a type, and whether each is the value of a name of its own."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield False, annotation
    elif origin in (dict, Mapping):
        for _, model in _models_in(arguments[1]):
            yield True, model
    elif origin is not None and origin is not Literal:
        for argument in arguments[:1] if origin is Annotated else arguments:
            yield from _models_in(argument)
