"""The SQL statements inside of a function in PL/pgSQL, which sqlfluff takes for one literal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

_BODY = re.compile(r"\blanguage\s+plpgsql\b.*?\bas\s+(\$\w*\$)(?P<body>.*?)\1", re.DOTALL)
_MADE = re.compile(r"\bcreate (?:or replace )?(?:table if not exists|function) (?:\w+|\"[^\"]+\")\.(\w+)")
_NAME = re.compile(r"\bcreate or replace function (?:\w+|\"[^\"]+\")\.(\w+)")
# A comment, a string, a name in quotes, a word, := or any other character.
_TOKEN = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|[a-z_]\w*|:=|.", re.DOTALL | re.IGNORECASE)
_INTO = re.compile(r"^ *into (?!(?:\w|\")+\.)[^\n]*(?:\n|\Z)", re.MULTILINE)
_QUERY = re.compile(r"(select|with|insert|update|delete)\b")
# What PL/pgSQL writes before a query, or before an expression that may have one.
_AROUND_QUERY = re.compile(
    r"for .*? in\s+|return query(?! execute)\s+|(?P<select>perform )|(?P<condition>(if|elsif|while) )|return "
    r"|\w+ (constant )?([\w\[\]]+ )?:= |\w+\.\w+ := ",
    re.DOTALL,
)


def name_of(ddl: str) -> str:
    """What a piece of DDL makes first."""
    [name] = _MADE.findall(ddl)[:1]
    return str(name)


def queries_of(ddl: str) -> Iterator[tuple[str, str]]:
    """Each statement of each function in PL/pgSQL with a name for its file, in the form that plain SQL would have.

    What is left out has no query in it: assignments and conditions without `select`, and SQL put together at run time.
    """
    for definition in re.split(r"(?=\bcreate or replace function )", ddl):
        found = _BODY.search(definition)
        if found:
            [name] = _NAME.findall(definition)[:1]
            for number, statement in enumerate(_queries(found["body"]), start=1):
                yield f"{name}.{number:02}", statement


def _queries(body: str) -> Iterator[str]:
    tokens = list(_TOKEN.finditer(re.sub(r"^#.*$", "", body, flags=re.MULTILINE) + ";"))
    text = tokens[0].string if tokens else ""
    start = 0
    while start < len(tokens):
        word = tokens[start][0].lower()
        if word.isspace() or word.startswith("--") or word in {"begin", "declare", "else", "loop", ";"}:
            start += 1
            continue
        end = _end(tokens, start, {"if": "then", "elsif": "then", "exception": "then", "when": "then"}.get(word, ";"))
        if word in {"for", "while"}:
            end = _end(tokens, start, "loop")
        statement = text[tokens[start].start() : tokens[end].start()]
        query = _as_query(statement)
        if query:
            # Where it begins a line of its own, as behind FOR, that line is the one it is indented from.
            begins_at = tokens[end].start() - len(query) if statement.endswith(query) else tokens[start].start()
            before = text[text.rfind("\n", 0, begins_at) + 1 : begins_at]
            yield textwrap.dedent(" " * (len(before) - len(before.lstrip())) + query).strip() + "\n"
        start = end + 1


def _end(tokens: list[re.Match[str]], start: int, word: str) -> int:
    """The token that ends what begins at start: the word outside of brackets and of CASE."""
    depth = 0
    for position in range(start, len(tokens)):
        token = tokens[position][0].lower()
        if depth == 0 and token == word and position > start:
            return position
        if token in {"(", "case"}:
            depth += 1
        elif token == ")" or (token == "end" and position > start and depth > 0):
            depth -= 1
    raise AssertionError(f"no {word} after {tokens[start][0]}")


def _as_query(statement: str) -> str | None:
    """The statement in plain SQL, or None when there is no query in it."""
    if _QUERY.match(statement):
        return _INTO.sub("", statement)
    found = _AROUND_QUERY.match(statement)
    rest = statement[found.end() :] if found else ""
    if not found or (found["select"] is None and not re.search(r"\bselect\b", rest)):
        return None
    if _QUERY.match(rest):
        return rest
    return f"select 1 where {rest}" if found["condition"] else f"select {rest}"
