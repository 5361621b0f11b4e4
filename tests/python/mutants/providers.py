"""Guards of the providers."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

REGISTRY = "python/company_enrichment/lookups/providers/registry.py"
HTTP = "python/company_enrichment/lookups/providers/http_client.py"
HTTP_ANSWERS = "python/company_enrichment/lookups/providers/http_answers.py"
TRANSPORT = "python/company_enrichment/lookups/providers/http_transport.py"
EQC = "python/company_enrichment/lookups/providers/eqc.py"
RECONCILIATION = "python/company_enrichment/lookups/providers/reconciliation.py"
SETTINGS = "python/company_enrichment/settings/model.py"
ACCEPTANCE = "python/company_enrichment/lookups/providers/acceptance.py"
PROVIDERS = "python/company_enrichment/lookups/providers/__init__.py"
WORKER_COMMAND = "python/company_enrichment/cli/worker.py"

MUTANTS: list[Mutant] = [
    unit_mutant(
        "provider: it is loaded once the settings name it",
        "test_imports",
        "service_and_the_queue_load_no_provider",
        Edit(
            PROVIDERS,
            "import HttpLimits\n",
            "import HttpLimits\nimport company_enrichment.lookups.providers.http_client\n",
        ),
    ),
    integration_mutant(
        "registry: of two companies of a core none is taken",
        "test_answer_acceptance",
        "two_companies_share",
        Edit(REGISTRY, "if len(agreeing) == 1:", "if agreeing:"),
    ),
    integration_mutant(
        "registry: a company that contradicts the name is not taken for its core",
        "test_answer_acceptance",
        "unless_it_contradicts",
        Edit(REGISTRY, ' if not company["differences"]]', "]"),
    ),
    integration_mutant(
        "registry: companies that agree come before those that do not",
        "test_answer_acceptance",
        "not_cut_off",
        Edit(
            REGISTRY,
            "order by cardinality(similar_company.differences), similar_company.company_id",
            "order by similar_company.company_id",
        ),
    ),
    integration_mutant(
        "provider: redirects are not followed",
        "test_eqc_provider",
        "redirect",
        Edit(HTTP, "            follow_redirects=False,\n", "            follow_redirects=True,\n"),
    ),
    integration_mutant(
        "provider: a redirect says nothing about the name",
        "test_eqc_provider",
        "redirect",
        Edit(HTTP, "        if httpx.codes.is_redirect(status):\n", "        if False:\n"),
    ),
    integration_mutant(
        "provider: an answer has a largest size",
        "test_eqc_provider",
        "understood",
        Edit(HTTP_ANSWERS, "        if len(body) >= room:\n", "        if False:\n"),
    ),
    integration_mutant(
        "provider: a bomb is not unpacked",
        "test_eqc_provider",
        "bomb",
        Edit(HTTP_ANSWERS, "decoder.decompress(chunk, room)", "decoder.decompress(chunk)"),
    ),
    integration_mutant(
        "provider: one encoding, which was asked for",
        "test_eqc_provider",
        "understood",
        Edit(HTTP_ANSWERS, '    if encoding not in ("identity", "gzip"):\n', "    if False:\n"),
    ),
    integration_mutant(
        "provider: every step ends at the deadline",
        "test_eqc_provider",
        "takes_its_time",
        Edit(TRANSPORT, "            network_backend=_TimedNetwork(),\n"),
    ),
    integration_mutant(
        "provider: no step is longer than what is left",
        "test_eqc_provider",
        "takes_its_time",
        Edit(TRANSPORT, "return left if timeout is None else min(timeout, left)", "return timeout or left"),
    ),
    integration_mutant(
        "provider: no step begins after the deadline",
        "test_eqc_provider",
        "no_step_begins",
        Edit(TRANSPORT, "    if left <= 0:\n", "    if False:\n"),
    ),
    integration_mutant(
        "provider: silence has its own limit",
        "test_eqc_provider",
        "silence",
        Edit(HTTP, "httpx.Timeout(limits.read_seconds,", "httpx.Timeout(None,"),
    ),
    integration_mutant(
        "provider: what fails is asked again",
        "test_eqc_provider",
        "thrice",
        Edit(HTTP, "stop_after_attempt(_ATTEMPTS)", "stop_after_attempt(1)"),
    ),
    integration_mutant(
        "provider: 403 is a refusal",
        "test_eqc_provider",
        "refused_token",
        Edit(HTTP, "(httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)", "(httpx.codes.UNAUTHORIZED,)"),
    ),
    integration_mutant(
        "provider: 429 is an outage",
        "test_eqc_provider",
        "overloaded",
        Edit(
            HTTP,
            "(httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)",
            "(httpx.codes.SERVICE_UNAVAILABLE,)",
        ),
    ),
    integration_mutant(
        "provider: 503 is not asked again",
        "test_eqc_provider",
        "overloaded",
        Edit(
            HTTP, "(httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)", "(httpx.codes.TOO_MANY_REQUESTS,)"
        ),
    ),
    integration_mutant(
        "provider: a time to wait is within bounds",
        "test_eqc_provider",
        "overloaded",
        Edit(
            HTTP_ANSWERS, "return min(seconds, LONGEST_RETRY_AFTER_SECONDS) if seconds > 0 else None", "return seconds"
        ),
    ),
    integration_mutant(
        "provider: 404 names the setting",
        "test_eqc_provider",
        "understood",
        Edit(HTTP, "        if status == httpx.codes.NOT_FOUND:\n", "        if False:\n"),
    ),
    integration_mutant(
        "provider: numbers that JSON does not have",
        "test_eqc_provider",
        "understood",
        Edit(HTTP_ANSWERS, ", parse_constant=_no_number"),
    ),
    integration_mutant(
        "provider: a name is encoded once",
        "test_eqc_provider",
        "percent_encoded or as_it_was_given",
        Edit(
            HTTP,
            "params=parameters,",
            'params=parameters and {key: str(httpx.QueryParams({"": text}))[1:] for key, text in parameters.items()},',
        ),
    ),
    integration_mutant(
        "provider: the library's log is kept back",
        "test_eqc_provider",
        "no_log",
        Edit(TRANSPORT, "return not _call.is_ours", "return True"),
    ),
    integration_mutant(
        "provider: cookies are not kept",
        "test_eqc_provider",
        "cookie",
        Edit(HTTP, "            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),\n"),
    ),
    integration_mutant(
        "provider: no password in an address",
        "test_eqc_provider",
        "holds_no_secret",
        Edit(HTTP, "    if url.userinfo:\n", "    if False:\n"),
    ),
    integration_mutant(
        "provider: TokenExpired is a refusal",
        "test_eqc_provider",
        "refused_token",
        Edit(EQC, '        if error == "TokenExpired":\n', "        if False:\n"),
    ),
    integration_mutant(
        "provider: any other error is no answer",
        "test_eqc_provider",
        "understood",
        Edit(EQC, "        if error is not None:\n", "        if False:\n"),
    ),
    integration_mutant(
        "provider: an error that echoes the token",
        "test_eqc_provider",
        "understood",
        Edit(EQC, "            del body\n"),
    ),
    integration_mutant(
        "provider: an error that holds the token is not repeated",
        "test_eqc_provider",
        "understood",
        Edit(EQC, "return str(error) if is_code and", "return str(error) if True or"),
    ),
    integration_mutant(
        "provider: a renewed token is used",
        "test_eqc_provider",
        "renewed_file",
        Edit(EQC, "return token if token is not None and token != refused else None", "return None"),
    ),
    integration_mutant(
        "provider: a refused token is not used again",
        "test_eqc_provider",
        "renewed_file",
        Edit(EQC, "return token if token is not None and token != refused else None", "return token"),
    ),
    integration_mutant(
        "provider: a token is a line of printable characters",
        "test_eqc_provider",
        "renewed_file or missing_is_named",
        Edit(
            EQC,
            'if token is None or not re.fullmatch(r"[\\x21-\\x7e]+", token.get_secret_value()):',
            "if token is None:",
        ),
    ),
    integration_mutant(
        "provider: an outage at the details is one",
        "test_eqc_provider",
        "between_search_and_details",
        Edit(EQC, "        except LookupProviderUnavailableError:\n            raise\n"),
    ),
    integration_mutant(
        "provider: other failures at the details are none",
        "test_eqc_provider",
        "without_details",
        Edit(EQC, '            return {"error": str(error)}\n', "            raise LookupProviderError from error\n"),
    ),
    integration_mutant(
        "provider: hits of which none can be read",
        "test_eqc_provider",
        "counted",
        Edit(EQC, "        if hits and not candidates:\n", "        if False:\n"),
    ),
    integration_mutant(
        "provider: a hit without a name",
        "test_eqc_provider",
        "counted",
        Edit(EQC, "    if company_id is None or company_name is None:\n", "    if company_id is None:\n"),
    ),
    integration_mutant(
        "provider: what the database cannot store is no id",
        "test_eqc_provider",
        "counted",
        Edit(
            ACCEPTANCE,
            " if isinstance(value, str) and text_fault(value) is None else None",
            " if isinstance(value, str) else None",
        ),
    ),
    integration_mutant(
        "provider: a fuzzy hit is not accepted",
        "test_eqc_provider",
        "by_default",
        Edit(SETTINGS, 'MINIMUM_SCORE = Decimal("0.95")', 'MINIMUM_SCORE = Decimal("0.60")'),
    ),
    integration_mutant(
        "provider: the least score",
        "test_eqc_provider",
        "by_default or worth",
        Edit(ACCEPTANCE, "best.score is None or best.score < self.minimum_score", "best.score is None"),
    ),
    integration_mutant(
        "provider: a tie",
        "test_eqc_provider",
        "tie",
        Edit(ACCEPTANCE, "        if max(scores) >= best.score:\n", "        if False:\n"),
    ),
    integration_mutant(
        "provider: the margin",
        "test_eqc_provider",
        "far_enough",
        Edit(
            ACCEPTANCE,
            "        if best.score < 1 and best.score - max(scores) < self.minimum_margin:\n",
            "        if False:\n",
        ),
    ),
    integration_mutant(
        "provider: one company under two names",
        "test_eqc_provider",
        "tie",
        Edit(
            ACCEPTANCE,
            "best.setdefault(candidate.company_id, candidate)",
            "best.setdefault(str(id(candidate)), candidate)",
        ),
    ),
    integration_mutant(
        "provider: several matches",
        "test_reconciliation_provider",
        "test_what_is_accepted",
        Edit(ACCEPTANCE, "if best.is_match and any(other.is_match for other in others):", "if False:"),
    ),
    integration_mutant(
        "provider: a margin that is not known",
        "test_reconciliation_provider",
        "test_what_is_accepted",
        Edit(ACCEPTANCE, "if best.score is None or len(scores) < len(others):", "if best.score is None or not scores:"),
    ),
    integration_mutant(
        "provider: scores are not rounded up",
        "test_reconciliation_provider",
        "with_its_evidence",
        Edit(ACCEPTANCE, 'Decimal("0.0001"), ROUND_DOWN', 'Decimal("0.0001")'),
    ),
    integration_mutant(
        "provider: a key that is missing",
        "test_reconciliation_provider",
        "other_answers or ten_names",
        Edit(RECONCILIATION, "self._answer(answer.get(key))", 'self._answer(answer.get(key, {"result": []}))'),
    ),
    integration_mutant(
        "provider: results are matched by key",
        "test_reconciliation_provider",
        "ten_names",
        Edit(
            RECONCILIATION,
            "self._answer(answer.get(key)) for key in queries",
            "self._answer(one) for one in answer.values()",
        ),
    ),
    integration_mutant(
        "provider: a manifest is no answer",
        "test_reconciliation_provider",
        "other_answers",
        Edit(
            RECONCILIATION,
            "        if not queries.keys() & answer.keys() and _fault_of_manifest(answer) is None:\n",
            "        if False:\n",
        ),
    ),
    integration_mutant(
        "provider: the manifest is looked at",
        "test_reconciliation_provider",
        "out_of_service",
        Edit(RECONCILIATION, "            self._check_manifest(deadline)\n"),
    ),
    integration_mutant(
        "provider: the versions are looked at",
        "test_reconciliation_provider",
        "out_of_service",
        Edit(
            RECONCILIATION,
            "    if not set(VERSIONS) & {version for version in versions if isinstance(version, str)}:\n",
            "    if False:\n",
        ),
    ),
    integration_mutant(
        "provider: a match is true and nothing else",
        "test_reconciliation_provider",
        "test_what_is_accepted",
        Edit(RECONCILIATION, 'result.get("match") is True', 'bool(result.get("match"))'),
    ),
    integration_mutant(
        "provider: scores are within the scale",
        "test_reconciliation_provider",
        "beyond_the_scale",
        Edit(RECONCILIATION, "        if not 0 <= score <= self._highest_score:\n", "        if False:\n"),
    ),
    integration_mutant(
        "provider: the scale is a setting",
        "test_reconciliation_provider",
        "go_to_one",
        Edit(RECONCILIATION, "/ self._highest_score", "/ (1 if score <= 1 else 100)"),
    ),
    integration_mutant(
        "provider: true is no score",
        "test_reconciliation_provider",
        "go_to_one",
        Edit(RECONCILIATION, "if isinstance(score, bool) or not isinstance", "if not isinstance"),
    ),
    integration_mutant(
        "provider: ids of another kind have their prefix",
        "test_reconciliation_provider",
        "with_its_evidence",
        Edit(RECONCILIATION, "else self._id_prefix + company_id", "else company_id"),
    ),
    integration_mutant(
        "provider: a lookup is shorter than the worker's patience",
        "test_eqc_provider",
        "missing_is_named",
        Edit(
            PROVIDERS, "    if settings.lookup_total_seconds >= settings.lookup_timeout_seconds:\n", "    if False:\n"
        ),
    ),
    integration_mutant(
        "provider: settings are looked at before anything is claimed",
        "test_eqc_provider",
        "without_its_settings",
        Edit(WORKER_COMMAND, "    server = http_provider_from_settings(settings, gate)\n", "    server = None\n"),
    ),
    integration_mutant(
        "provider: as many threads as like ask at once",
        "test_eqc_provider",
        "as_many_threads",
        Edit(TRANSPORT, "            max_connections=None,\n"),
    ),
    integration_mutant(
        "provider: encrypted connections end at the deadline, too",
        "test_eqc_provider",
        "certificate",
        Edit(
            TRANSPORT,
            "return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _time_left(timeout)))",
            "return self._stream.start_tls(ssl_context, server_hostname, _time_left(timeout))",
        ),
    ),
    integration_mutant(
        "provider: no query in an address",
        "test_eqc_provider",
        "holds_no_secret",
        Edit(HTTP, " or url.query or url.fragment:", " or url.fragment:"),
    ),
    integration_mutant(
        "provider: a date is by the clock of the server",
        "test_eqc_provider",
        "clock_of_the_server",
        Edit(HTTP_ANSWERS, '(_instant(headers.get("Date", "")) or datetime.now(UTC))', "datetime.now(UTC)"),
    ),
    integration_mutant(
        "provider: no secret in a setting that is shown",
        "test_eqc_provider",
        "holds_no_secret",
        Edit(
            "python/company_enrichment/settings/checks.py",
            "    if address and not re.fullmatch(",
            "    if False and not re.fullmatch(",
        ),
    ),
]
