"""What a setting may hold, where its type does not say it."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import AliasChoices, SecretStr

_IDENTIFIER_BYTES = 63


def address_without_secret(address: str | None) -> str | None:
    """Refuse an address that holds a secret, since settings are shown."""
    if address and not re.fullmatch(r"https?://[^/@?#\s\x00-\x1f]+(/[^?#\s\x00-\x1f]*)?", address):
        raise ValueError("no address")
    return address


def schema_name(name: str) -> str:
    """Refuse what the macro refuse_unusable_schema refuses, by the same rule."""
    if not re.fullmatch("(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError("no name of a schema")
    return name


def table_name(name: str | None) -> str | None:
    """Refuse what is no name of a table, or would be cut by PostgreSQL, which counts bytes."""
    if name is None:
        return None
    parts = name.split(".")
    is_cut = any(len(part.encode()) > _IDENTIFIER_BYTES for part in parts)
    if is_cut or not re.fullmatch("[^.]+([.][^.]+)?", name) or not all(part.strip() for part in parts):
        raise ValueError("no name of a table")
    return name


def header_token(token: SecretStr | None) -> SecretStr | None:
    """Refuse what no header of HTTP may hold."""
    if token is not None and not re.fullmatch("[!-~]*", token.get_secret_value()):
        raise ValueError("no token")
    return token


def listed_numbers(value: Any) -> Any:
    """Read a list of numbers as people write it, 1, 5, 15, and as JSON."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,9}(\s*,\s*[0-9]{1,9})*", text):
        return [int(number) for number in text.split(",")]
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("no list") from None


def path_or_none(value: Any) -> Any:
    """Take an empty path for none: it would be the working directory."""
    return None if isinstance(value, str) and not value.strip(" \t") else value


def variable(name: str) -> AliasChoices:
    """Return the alias by which a field is read from a variable of the environment, and no other."""
    return AliasChoices(name)


def allowed(phrase: str, *, shows_value: bool = True) -> dict[str, Any]:
    """Say what a setting may hold, where its type does not, and whether an error may show what it holds."""
    return {"allowed": phrase, "shows_value": shows_value}
