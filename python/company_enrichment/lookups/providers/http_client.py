"""Asks a server over HTTP for JSON, within limits of time and size, and says what an error means for a lookup.

Whatever goes wrong becomes one of three errors: a LookupProviderError where the answer to this one name cannot be
understood, a LookupProviderUnavailableError where nobody would get an answer now, and its
LookupProviderCredentialsError where the right to ask is refused. None of them holds a part of an answer, and none has
a cause: the exceptions of the HTTP library hold the request with its token.
"""

from __future__ import annotations

import json
import logging
import math
import re
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, NoReturn

import httpcore
import httpx
from pydantic import SecretStr
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)
from tenacity.stop import stop_base

from company_enrichment.errors import (
    ConfigurationError,
    LookupProviderCredentialsError,
    LookupProviderError,
    LookupProviderUnavailableError,
)

logger = logging.getLogger(__name__)

LONGEST_RETRY_AFTER_SECONDS = 86_400.0
"""The longest pause that a server may ask for: a day, after which quotas start anew."""

_ATTEMPTS = 3
_FIRST_WAIT_SECONDS = 0.25
_LONGEST_WAIT_SECONDS = 2.0
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, kw_only=True)
class HttpLimits:
    """How long a server may take, in seconds, and how much it may answer, in bytes after decompression.

    total_seconds is for a whole lookup: all of its requests, with their repetitions and the waits between them. What
    the operating system takes to find the address of a host by its name is not within it.
    """

    connect_seconds: float = 5
    read_seconds: float = 15
    total_seconds: float = 30
    answer_bytes: int = 2 * 1024 * 1024


class _Call(threading.local):
    """What the request of this thread has to keep to."""

    deadline: float = math.inf
    is_ours: bool = False


_call = _Call()


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


class _Transport(httpx.BaseTransport):
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
        self._pool.close()


class _NotOfOurRequests(logging.Filter):
    """Keeps the HTTP library's lines on our requests back: they hold names in addresses, and what servers echo."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _call.is_ours


for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(_NotOfOurRequests())


class _TransientError(Exception):
    """The connection was dropped, or the server has failed: the next attempt may succeed."""


class _StopAtDeadline(stop_base):
    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def __call__(self, retry_state: RetryCallState) -> bool:
        return time.monotonic() + retry_state.upcoming_sleep >= self._deadline


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes


def _parse_address(address: str, setting: str) -> httpx.URL:
    try:
        url = httpx.URL(address.strip())
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise ConfigurationError(f"{setting} must be an address like https://host/path")
    if url.userinfo:
        raise ConfigurationError(f"{setting} must hold no user and no password: addresses are shown")
    return url


class HttpClient:
    """Asks one server; several threads may do so at once.

    Args:
        server: what messages call it, at the beginning of a sentence.
        address: where it is.
        address_setting: the setting with its address, which messages name.
        credentials_setting: the setting with the right to ask.
        limits: of time and size.
        headers: sent with every request.

    Raises ConfigurationError, which names the setting, unless it is an http or https address without user, password and
    query.

    """

    def __init__(
        self,
        server: str,
        *,
        address: str,
        address_setting: str,
        credentials_setting: str,
        limits: HttpLimits,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        url = _parse_address(address, address_setting)
        self._server = server
        self._address = str(url)
        self._address_setting = address_setting
        self._credentials_setting = credentials_setting
        self._limits = limits
        self._client = httpx.Client(
            transport=_Transport(is_encrypted=url.scheme == "https"),
            timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds, pool=limits.total_seconds),
            headers={
                "User-Agent": "company-enrichment",
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                **(headers or {}),
            },
            # The token would travel with a redirect, wherever that leads.
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def deadline(self) -> float:
        """Return when a lookup that starts now has to be over, on the monotonic clock."""
        return time.monotonic() + self._limits.total_seconds

    def ask(
        self,
        method: str,
        path: str,
        *,
        deadline: float,
        parameters: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        secrets: Mapping[str, SecretStr] | None = None,
    ) -> Any:
        """Return the JSON that the server answers with, its fractions as Decimal.

        Args:
            method: GET or POST.
            path: what is added to the server's address.
            deadline: when the answer has to be there, see deadline().
            parameters: texts that are percent-encoded into the address.
            form: texts that are sent as an HTML form does.
            secrets: headers that nothing may show.

        Raises LookupProviderError and its subclasses.

        """

        def attempt() -> _Answer:
            request = self._client.build_request(
                method,
                self._address + path,
                params=parameters,
                data=form,
            )
            for name, secret in (secrets or {}).items():
                request.headers[name] = secret.get_secret_value()
            return self._attempt(request, deadline)

        failure = None
        try:
            answer = Retrying(
                retry=retry_if_exception_type(_TransientError),
                wait=wait_random_exponential(multiplier=_FIRST_WAIT_SECONDS, max=_LONGEST_WAIT_SECONDS),
                stop=stop_after_attempt(_ATTEMPTS) | _StopAtDeadline(deadline),
                reraise=True,
            )(attempt)
        except _TransientError as error:
            failure = str(error)
        if failure is not None:
            raise LookupProviderUnavailableError(f"{self._server} {failure}")
        logger.debug("Asked a server", extra={"server": self._server, "bytes": len(answer.body)})
        return self._parse(answer.body)

    def _attempt(self, request: httpx.Request, deadline: float) -> _Answer:
        _call.deadline, _call.is_ours = deadline, True
        error: Exception
        try:
            response = self._client.send(request, stream=True)
            try:
                # Where the status decides, nobody reads what comes with it.
                body = self._read(response) if response.status_code == httpx.codes.OK else b""
            finally:
                response.close()
        except httpcore.TimeoutException:
            error = LookupProviderUnavailableError(f"{self._server} has not answered in time")
        except httpcore.NetworkError as reason:
            error = _TransientError(f"cannot be reached at {self._address_setting}: {reason}")
        except httpcore.RemoteProtocolError:
            error = _TransientError("has dropped the connection, or does not speak HTTP")
        except httpcore.LocalProtocolError:
            # Its text may hold the header that is at fault.
            error = LookupProviderError(f"{self._server} cannot be asked: the request would be no HTTP")
        else:
            answer = _Answer(response.status_code, response.headers, body)
            if answer.status == httpx.codes.OK:
                return answer
            error = self._refusal(answer)
        finally:
            _call.deadline, _call.is_ours = math.inf, False
        raise error

    def _read(self, response: httpx.Response) -> bytes:
        """Return the body, decompressed; no more of it than the limit is ever held."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip"):
            raise LookupProviderError(f"{self._server} has answered in an encoding that was not asked for")
        decoder = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
        body = bytearray()
        room = self._limits.answer_bytes + 1
        for chunk in response.iter_raw():
            body += chunk if decoder is None else self._decompress(decoder, chunk, room - len(body))
            if len(body) >= room:
                raise LookupProviderError(f"{self._server} has answered more than {self._limits.answer_bytes:,} bytes")
        return bytes(body)

    def _decompress(self, decoder: Any, chunk: bytes, room: int) -> bytes:
        with suppress(zlib.error):
            return bytes(decoder.decompress(chunk, room))
        raise LookupProviderError(f"{self._server} has answered what cannot be decompressed")

    def _refusal(self, answer: _Answer) -> Exception:
        """Say what a status other than 200 means."""
        status = answer.status
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return LookupProviderCredentialsError(
                f"{self._server} refuses the right to ask ({status}): renew {self._credentials_setting}"
            )
        if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
            return LookupProviderUnavailableError(
                f"{self._server} is overloaded or out of service ({status})", retry_after=retry_after(answer.headers)
            )
        if httpx.codes.is_server_error(status):
            return _TransientError(f"has failed ({status})")
        if httpx.codes.is_redirect(status):
            return LookupProviderUnavailableError(
                f"{self._server} sends us elsewhere ({status}), where nothing is asked: correct {self._address_setting}"
            )
        if status == httpx.codes.NOT_FOUND:
            return LookupProviderError(f"{self._server} is not at that address (404): correct {self._address_setting}")
        return LookupProviderError(f"{self._server} has refused the request ({status})")

    def _parse(self, body: bytes) -> Any:
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
        raise LookupProviderError(f"{self._server} has answered with {came} ({len(body):,} bytes)")


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
