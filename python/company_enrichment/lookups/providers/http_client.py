"""Asks a server over HTTP for JSON, within limits of time and size, and says what an error means for a lookup.

Whatever goes wrong becomes one of three errors: a LookupProviderError where the answer to this one name cannot be
understood, a LookupProviderUnavailableError where nobody would get an answer now, and its
LookupProviderCredentialsError where the right to ask is refused. None of them holds a part of an answer, and none has
a cause: the exceptions of the HTTP library hold the request with its token.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

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
from company_enrichment.lookups.providers.http_answers import parse_json, read_body, retry_after
from company_enrichment.lookups.providers.http_limits import HttpLimits
from company_enrichment.lookups.providers.http_transport import Transport, deadline_of_steps

logger = logging.getLogger(__name__)

_ATTEMPTS = 3
_FIRST_WAIT_SECONDS = 0.25
_LONGEST_WAIT_SECONDS = 2.0


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
            transport=Transport(is_encrypted=url.scheme == "https"),
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
        return parse_json(answer.body, server=self._server)

    def _attempt(self, request: httpx.Request, deadline: float) -> _Answer:
        error: Exception
        try:
            with deadline_of_steps(deadline):
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
        raise error

    def _read(self, response: httpx.Response) -> bytes:
        return read_body(
            response.iter_raw(),
            encoding=response.headers.get("Content-Encoding", "identity").strip().lower(),
            most_bytes=self._limits.answer_bytes,
            server=self._server,
        )

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
