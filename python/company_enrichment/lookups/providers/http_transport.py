"""Connections over HTTP on which every step ends at the deadline of the request that uses them."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx


class _Call(threading.local):
    """What the request of this thread has to keep to."""

    deadline: float = math.inf
    is_ours: bool = False


_call = _Call()


@contextmanager
def deadline_of_steps(deadline: float) -> Iterator[None]:
    """Have every step that this thread takes within the block end at the deadline, and no library log it."""
    _call.deadline, _call.is_ours = deadline, True
    try:
        yield
    finally:
        _call.deadline, _call.is_ours = math.inf, False


def _time_left(timeout: float | None) -> float:
    """Return the shorter of the two: what a step may take, and what is left for the whole."""
    left = _call.deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(timeout, left)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which every step ends at the deadline of the thread that uses it.

    The timeouts of the HTTP library are of a single step: with a byte a second, a server would hold a call for ever.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _time_left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _time_left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _TimedNetwork(httpcore.SyncBackend):
    """Makes such connections."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = super().connect_tcp(host, port, _time_left(timeout), local_address, socket_options)
        return _TimedStream(stream)


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class Transport(httpx.BaseTransport):
    """A pool of such connections, for threads that ask at once."""

    def __init__(self, *, is_encrypted: bool) -> None:
        self._pool = httpcore.ConnectionPool(
            # Reading the certificates takes a while.
            ssl_context=httpx.create_ssl_context() if is_encrypted else None,
            # Who asks decides how many ask at once.
            max_connections=None,
            keepalive_expiry=15,
            network_backend=_TimedNetwork(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of its answer is read afterwards."""
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response.stream))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _NotOfOurRequests(logging.Filter):
    """Keeps the HTTP library's lines on our requests back: they hold names in addresses, and what servers echo."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _call.is_ours


for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(_NotOfOurRequests())
