"""Reads a domain's YAML file, which may be anybody's: small, flat, and each key once."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from company_enrichment.unusable_text import shown

_LARGEST_FILE = 128 * 1024
_MOST_VALUES = 25_000
_LONGEST_NUMBER = 100
_DEEPEST = 50
_TOO_DEEP = "is nested too deeply"


class UnusableYamlError(ValueError):
    """The file is no mapping of YAML that a domain could be; the message says why and where."""


def read_yaml_text(file: Path) -> str:
    """Return the text of a YAML file.

    Raises UnusableYamlError for a file that is larger than 128 KiB, is not UTF-8 or cannot be read.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise UnusableYamlError(f"cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST_FILE:
        raise UnusableYamlError(f"is larger than {_LARGEST_FILE // 1024} KiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableYamlError(f"is not valid UTF-8, from byte {error.start + 1} on") from error


def yaml_mapping(text: str, *, without: Collection[str] = ()) -> dict[Any, Any]:
    """Return the mapping that a text of YAML holds; a key of without is refused.

    Raises UnusableYamlError for a text that is nested too deeply, has a key twice, or holds more than 25,000 values
    once its aliases are written out; also when it is no mapping or no YAML.
    """
    try:
        # A subclass of SafeLoader: it makes nothing but plain values.
        loaded = yaml.load(text, _CarefulLoader)  # noqa: S506
    except RecursionError:
        raise UnusableYamlError(_TOO_DEEP) from None
    except (yaml.YAMLError, ValueError) as error:
        raise error if isinstance(error, UnusableYamlError) else UnusableYamlError(_no_yaml(error)) from error
    if not isinstance(loaded, dict):
        raise UnusableYamlError("must have keys and values, such as files: '**/*.xlsx'")
    for key in without:
        if key in loaded:
            raise UnusableYamlError(f"has the key {shown(key)}, which is given by the name of the file")
    return loaded


def _no_yaml(error: yaml.YAMLError | ValueError) -> str:
    """Return an error of the reader of YAML in one line, with the line of the file where it has one."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark is not None else ""
        return f"is no YAML{line}: {error.problem or error.context}"
    return f"is no YAML: {' '.join(str(error).split())}"


class _CarefulLoader(yaml.SafeLoader):
    def fetch_flow_collection_start(self, TokenClass: Any) -> None:  # noqa: N803 - the name is PyYAML's
        """Go down one bracket; the time that PyYAML takes for it grows with the depth."""
        if self.flow_level >= _DEEPEST:
            raise UnusableYamlError(_TOO_DEEP)
        super().fetch_flow_collection_start(TokenClass)

    def get_single_node(self) -> yaml.Node | None:
        """Return the document, once it is known that it does not explode."""
        node: yaml.Node | None = super().get_single_node()
        if node is not None and _size(node, {}, ()) > _MOST_VALUES:
            raise UnusableYamlError(f"holds more than {_MOST_VALUES:,} values, with its aliases (*) written out")
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, each key of which is there once: of two, YAML would take the last without a word."""
        lines: dict[Any, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge" or not isinstance(key_node, yaml.ScalarNode):
                continue
            key, line = self.construct_object(key_node), key_node.start_mark.line + 1
            if key in lines:
                raise UnusableYamlError(f"has the key {shown(key)} twice, in lines {lines[key]} and {line}")
            lines[key] = line
        return super().construct_mapping(node, deep=deep)


def _size(node: yaml.Node, known: dict[int, int], above: tuple[int, ...]) -> int:
    """Return how many values a node holds when its aliases are written out; each node is counted once."""
    if id(node) in known:
        return known[id(node)]
    if id(node) in above:
        raise UnusableYamlError(f"has an alias (*) of itself, in line {node.start_mark.line + 1}")
    if isinstance(node, yaml.ScalarNode) and len(node.value) > _LONGEST_NUMBER and not node.tag.endswith(":str"):
        raise UnusableYamlError(f"has a number of {len(node.value):,} characters in line {node.start_mark.line + 1}")
    if len(above) >= _DEEPEST:
        raise UnusableYamlError(_TOO_DEEP)
    above = (*above, id(node))
    parts: list[yaml.Node] = []
    if isinstance(node, yaml.SequenceNode):
        parts = node.value
    elif isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
    known[id(node)] = 1 + sum(_size(part, known, above) for part in parts)
    return known[id(node)]
