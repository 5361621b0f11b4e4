"""How long a server may take for a lookup, and how much it may answer."""

from __future__ import annotations

from dataclasses import dataclass

from company_enrichment.settings.model import CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS


@dataclass(frozen=True, kw_only=True)
class HttpLimits:
    """How long a server may take, in seconds, and how much it may answer, in bytes after decompression.

    total_seconds is for a whole lookup: all of its requests, with their repetitions and the waits between them. What
    the operating system takes to find the address of a host by its name is not within it.
    """

    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    total_seconds: float = TOTAL_SECONDS
    answer_bytes: int = 2 * 1024 * 1024
