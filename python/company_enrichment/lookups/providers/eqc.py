"""EQC, the company registry of the predecessor: a search by name, and what it holds of the company that was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from company_enrichment.errors import (
    ConfigurationError,
    LookupProviderCredentialsError,
    LookupProviderError,
    LookupProviderUnavailableError,
)
from company_enrichment.lookups.providers.acceptance import (
    AcceptanceRule,
    Candidate,
    UnusableCandidate,
    given_id,
    id_of,
    text_of,
)
from company_enrichment.lookups.providers.company_id_gate import CompanyIdGate
from company_enrichment.lookups.providers.http_client import HttpClient
from company_enrichment.lookups.providers.http_limits import HttpLimits
from company_enrichment.records import LookupAnswer, MatchBasis

_EXACT = "全称精确匹配"
_FORMER_NAME = "曾用名"

SCORES: Mapping[str, Decimal] = {
    _EXACT: Decimal("1.00"),  # exactly the full name
    "模糊匹配": Decimal("0.80"),  # fuzzy
    "拼音": Decimal("0.60"),  # the same sound
}
"""What a kind of match is worth. EQC's own _score orders the hits of one search and says nothing across searches."""

OTHER_SCORE = Decimal("0.70")
"""What any other kind of match is worth."""

_SEARCH = "/kg-api-hfd/api/search/"
_DETAIL = "/kg-api-hfd/api/search/findDepart"

_FORMER_NAMES = ("former_name", "formerName")
_OTHER_NAMES = ("alias_name", "short_name", "english_name", "other_names", "aliases")
_STATUSES = ("business_status", "status")
_MOST_NAMES = 50


class EqcToken:
    """The right to ask: a token that is given, or that stands in a file which somebody renews.

    Raises ConfigurationError, which names the settings, when there is none or it cannot be one.
    """

    def __init__(self, token: SecretStr | None = None, file: Path | None = None) -> None:
        self.setting = "WDH_EQC_TOKEN_FILE" if token is None and file is not None else "WDH_EQC_TOKEN"
        self._token = token
        self._file = file if token is None else None
        if token is None and file is None:
            raise ConfigurationError("WDH_LOOKUP_PROVIDER is eqc: set WDH_EQC_TOKEN_FILE, or WDH_EQC_TOKEN")
        fault = self._read()[1]
        if fault is not None:
            raise ConfigurationError(fault)

    def current(self) -> SecretStr:
        """Return the token as it is now.

        Raises LookupProviderCredentialsError when the file is gone, or holds none.
        """
        token, fault = self._read()
        if token is None:
            raise LookupProviderCredentialsError(str(fault))
        return token

    def renewed(self, refused: SecretStr) -> SecretStr | None:
        """Return the token that the file holds instead of one that was refused; None when there is no other."""
        token, _ = self._read()
        return token if token is not None and token != refused else None

    def _read(self) -> tuple[SecretStr | None, str | None]:
        """Return the token, or what is wrong with it."""
        token = self._token
        if self._file is not None:
            try:
                token = SecretStr(self._file.read_text("ascii").strip())
            except OSError as error:
                return None, f"{self.setting} is {self._file}, which cannot be read: {error.strerror}"
            except ValueError:
                return None, f"{self.setting} is {self._file}, which holds no token"
        # Anything else could end the header in which it is sent.
        if token is None or not re.fullmatch(r"[\x21-\x7e]+", token.get_secret_value()):
            return None, f"{self.setting} holds no token: letters, digits and punctuation on one line"
        return token, None


class EqcProvider:
    """Looks a name up in EQC. Several threads may do so at once.

    Args:
        base_url: the address of EQC, without a path.
        token: the right to ask.
        rule: what is accepted.
        limits: of time and size.
        gate: tells which candidates have a company id, so that the others are not accepted; without one, the table
            alone does, when the answer is stored.

    Raises ConfigurationError when the address is none.

    """

    name = "eqc"

    def __init__(
        self,
        base_url: str,
        token: EqcToken,
        *,
        rule: AcceptanceRule | None = None,
        limits: HttpLimits | None = None,
        gate: CompanyIdGate | None = None,
    ) -> None:
        self._token = token
        self._rule = rule or AcceptanceRule()
        self._gate = gate
        self._http = HttpClient(
            "EQC",
            address=base_url.strip().rstrip("/"),
            address_setting="WDH_EQC_BASE_URL",
            credentials_setting=token.setting,
            limits=limits or HttpLimits(),
            # It expects to be asked from its own pages.
            headers={"Referer": f"{base_url.strip().rstrip('/')}/"},
        )

    def lookup(self, name: str) -> LookupAnswer:
        """Return what EQC says of the name; the details of a company that is accepted are part of the evidence.

        Raises LookupProviderError and its subclasses, also where EQC goes out of service between search and details:
        the name is then asked again. Other failures of the details leave the answer as it is, with a note.
        """
        deadline = self._http.deadline()
        found = self._ask(_SEARCH, {"key": name}, deadline)
        hits = found.get("list")
        if not isinstance(hits, list):
            raise LookupProviderError("EQC has answered a search without a list of companies")
        read_id = id_of if self._gate is None else given_id
        candidates = [candidate for hit in hits if (candidate := _candidate(hit, read_id)) is not None]
        if hits and not candidates:
            raise LookupProviderError(f"EQC has answered with {len(hits)} companies, none of which can be read")
        evidence = {"unreadable": len(hits) - len(candidates)} if len(candidates) < len(hits) else {}
        unusable: list[UnusableCandidate] = []
        if self._gate is not None:
            candidates, unusable = self._gate.parted(candidates)
        answer = self._rule.answer(self.name, candidates, evidence, unusable)
        if answer.outcome != "found" or answer.company_id is None:
            return answer
        return LookupAnswer(
            provider=self.name,
            outcome="found",
            company_id=answer.company_id,
            company_name=answer.company_name,
            confidence=answer.confidence,
            match_basis=answer.match_basis,
            evidence={**answer.evidence, "details": self._details(answer.company_id, deadline)},
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def _details(self, company_id: str, deadline: float) -> dict[str, Any]:
        try:
            details = self._ask(_DETAIL, {"targetId": company_id}, deadline).get("businessInfodto")
        except LookupProviderUnavailableError:
            raise
        except LookupProviderError as error:
            return {"error": str(error)}
        return _names_and_status(details) if isinstance(details, dict) and details else {"error": "EQC holds none"}

    def _ask(self, path: str, parameters: Mapping[str, str], deadline: float) -> dict[str, Any]:
        token = self._token.current()
        refusal = None
        try:
            return self._ask_with(token, path, parameters, deadline)
        except LookupProviderCredentialsError as error:
            refusal = error
        renewed = self._token.renewed(token)
        if renewed is None:
            raise refusal
        return self._ask_with(renewed, path, parameters, deadline)

    def _ask_with(self, token: SecretStr, path: str, parameters: Mapping[str, str], deadline: float) -> dict[str, Any]:
        body = self._http.ask("GET", path, parameters=parameters, secrets={"token": token}, deadline=deadline)
        fault = self._fault(body, token)
        if fault is not None:
            # An error keeps the variables of the frame that raises it, and the answer may echo the token.
            del body
            raise fault
        return cast("dict[str, Any]", body)

    def _fault(self, body: Any, token: SecretStr) -> LookupProviderError | None:
        """Return the error that an answer stands for; None when it is an object without one."""
        if not isinstance(body, dict):
            return LookupProviderError(f"EQC has answered with a JSON {type(body).__name__}, not an object")
        error = body.get("error")
        if error == "TokenExpired":
            return LookupProviderCredentialsError(f"The token of EQC has expired: renew {self._token.setting}")
        if error is not None:
            return LookupProviderError(f"EQC has answered with the error {_code(error, token)}")
        return None


def _code(error: Any, token: SecretStr) -> str:
    """Return an error of EQC if it is a mere code; what else it may hold is not known."""
    is_code = isinstance(error, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", error) is not None
    return str(error) if is_code and token.get_secret_value() not in error else "of another kind than a code"


def _candidate(hit: Any, read_id: Callable[[Any], str | None]) -> Candidate | None:
    """Return a hit as a candidate; None when it cannot be read."""
    if not isinstance(hit, dict):
        return None
    company_id, company_name = read_id(hit.get("companyId")), text_of(hit.get("companyFullName"))
    if company_id is None or company_name is None:
        return None
    kind = text_of(hit.get("type"))
    credit_code = text_of(hit.get("unite_code"))
    return Candidate(
        company_id=company_id,
        company_name=company_name,
        score=OTHER_SCORE if kind is None else SCORES.get(kind, OTHER_SCORE),
        match=kind,
        match_basis=_match_basis(kind),
        details={} if credit_code is None else {"credit_code": credit_code},
    )


def _match_basis(kind: str | None) -> MatchBasis:
    """Return what a hit rests on, by its kind; EQC holds the former names of its companies, too."""
    if kind == _EXACT:
        return "exact"
    return "former_name" if kind is not None and _FORMER_NAME in kind else "similar"


def _names_and_status(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the other names of a company and whether it is still there, as far as EQC says."""
    kept = {
        "former_names": _names(details, _FORMER_NAMES, separators="[,，;；]"),
        # English names hold commas.
        "other_names": _names(details, _OTHER_NAMES, separators="[;；]"),
        "status": next(filter(None, (text_of(details.get(key)) for key in _STATUSES)), None),
    }
    return {key: value for key, value in kept.items() if value}


def _names(details: Mapping[str, Any], keys: tuple[str, ...], *, separators: str) -> list[str]:
    values = [details.get(key) for key in keys]
    texts = [text for value in values for text in (value if isinstance(value, list) else [value])]
    names = [text_of(part) for text in texts if isinstance(text, str) for part in re.split(separators, text)]
    return list(dict.fromkeys(name for name in names if name is not None))[:_MOST_NAMES]
