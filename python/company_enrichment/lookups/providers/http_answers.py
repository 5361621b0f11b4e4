"""What a server has answered: a body within limits, as JSON, and how long it wants to be left alone.

No error holds a part of an answer, and none has a cause: the exceptions of the libraries hold what has come.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from company_enrichment.errors import LookupProviderError

LONGEST_RETRY_AFTER_SECONDS = 86_400.0
"""The longest pause that a server may ask for: a day, after which quotas start anew."""

_GZIP = 16 + zlib.MAX_WBITS


def read_body(chunks: Iterable[bytes], *, encoding: str, most_bytes: int, server: str) -> bytes:
    """Return a body, decompressed; no more of it than the limit is ever held.

    Raises LookupProviderError for one that is longer, or cannot be decompressed.
    """
    if encoding not in ("identity", "gzip"):
        raise LookupProviderError(f"{server} has answered in an encoding that was not asked for")
    decoder = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    body = bytearray()
    room = most_bytes + 1
    for chunk in chunks:
        body += chunk if decoder is None else _decompressed(decoder, chunk, room - len(body), server)
        if len(body) >= room:
            raise LookupProviderError(f"{server} has answered more than {most_bytes:,} bytes")
    return bytes(body)


def _decompressed(decoder: Any, chunk: bytes, room: int, server: str) -> bytes:
    with suppress(zlib.error):
        return bytes(decoder.decompress(chunk, room))
    raise LookupProviderError(f"{server} has answered what cannot be decompressed")


def parse_json(body: bytes, *, server: str) -> Any:
    """Return the JSON of a body, its fractions as Decimal; LookupProviderError, which says what it is, for another."""
    # The error is raised outside, where it has no cause: that would hold the body.
    with suppress(ValueError, ArithmeticError, RecursionError):
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    match body.lstrip()[:1]:
        case b"":
            came = "nothing"
        case b"<":
            came = "HTML"
        case b"{" | b"[":
            came = "JSON that is damaged or cut short"
        case _:
            came = "something that is no JSON"
    raise LookupProviderError(f"{server} has answered with {came} ({len(body):,} bytes)")


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds the server wants not to be asked, a day at most; None where it does not say."""
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,18}", text):
        seconds = float(text)
    else:
        instant = _instant(text)
        if instant is None:
            return None
        # By the server's own clock, where it tells it.
        seconds = (instant - (_instant(headers.get("Date", "")) or datetime.now(UTC))).total_seconds()
    return min(seconds, LONGEST_RETRY_AFTER_SECONDS) if seconds > 0 else None


def _instant(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
