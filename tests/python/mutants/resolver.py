"""Guards of the online resolver."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

LIVE = "python/company_enrichment/resolver/live_lookups.py"
QUEUE = "python/company_enrichment/lookups/queue.py"
STATEMENTS = "python/company_enrichment/lookups/statements.py"
SERVICE = "python/company_enrichment/resolver/service.py"
LOADER = "python/company_enrichment/resolver/matches.py"
DATABASE = "python/company_enrichment/database.py"
REGISTRY = "python/company_enrichment/lookups/providers/registry.py"
RESOLVE = "macros/schema/resolve_company.sql"
RESOLVE_MANY = "macros/schema/resolve_companies.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "service: a unit is taken before the request",
        "test_service",
        "costs_its_unit",
        Edit(
            LIVE,
            "                    elif budget.take():\n",
            "                    elif budget.remaining:\n",
        ),
        Edit(
            LIVE,
            "            answer = provider.lookup(entry.name)\n",
            "            answer = provider.lookup(entry.name)\n            self.budget().take()\n",
        ),
    ),
    integration_mutant(
        "service: one unit per name",
        "test_service",
        "five_rows_of_one_name",
        Edit(
            LIVE,
            "unknown.setdefault(str(match.normalized_name), UnknownName(",
            "unknown.setdefault(str(match.normalized_name) + str(record.customer_name), UnknownName(",
        ),
    ),
    integration_mutant(
        "service: names that were asked for lately",
        "test_service",
        "neither_queued_nor_asked_again",
        Edit(
            LIVE,
            "            if entry.is_asked:\n",
            "            if False:\n",
        ),
    ),
    integration_mutant(
        "registry: two companies of one name",
        "test_service",
        "two_companies_bear",
        Edit(REGISTRY, "if len(agreeing) == 1:", "if agreeing:"),
    ),
    integration_mutant(
        "unusable text: resolver",
        "test_service",
        "cannot_be_stored",
        Edit(SERVICE, "            records[position] = CustomerKeys()\n", "            pass\n"),
    ),
    integration_mutant(
        "unusable text: queue",
        "test_lookup_queue",
        "cannot_be_stored",
        Edit("python/company_enrichment/unusable_text.py", "        if fault is not None:\n", "        if False:\n"),
    ),
    integration_mutant(
        "resolver: a name that failed is not asked again in the same call",
        "test_resolver_calls",
        "not_asked_again",
        Edit(LIVE, "elif key in unanswered:", "elif False:"),
    ),
    integration_mutant(
        "resolver: who has waited for another thread's lookup looks again",
        "test_resolver_calls",
        "ask_for_it_once",
        Edit(LIVE, "if has_waited:", "if False:"),
    ),
    integration_mutant(
        "resolver: an answer that cannot be stored costs the lookup only",
        "test_resolver_calls",
        "no_table_takes",
        Edit(
            LIVE,
            "psycopg2.DataError | psycopg2.IntegrityError",
            "psycopg2.NotSupportedError",
        ),
    ),
    integration_mutant(
        "resolver: a connection is one thread's for the length of a transaction",
        "test_resolver_calls",
        "threads_share_a_service",
        Edit(DATABASE, "return self._locks.setdefault(connection, threading.RLock())", "return threading.RLock()"),
    ),
    integration_mutant(
        "resolver: a budget is taken from by one thread at a time",
        "test_resolver_calls",
        "more_than_the_budget_has",
        Edit("python/company_enrichment/resolver/budget.py", "        with self._lock:\n", "        if True:\n"),
    ),
    integration_mutant(
        "resolver: a plan enqueues nothing",
        "test_resolver_calls",
        "changes_nothing",
        Edit(QUEUE, "PLAN_ENQUEUE if self.plan_only else ENQUEUE", "ENQUEUE"),
    ),
    integration_mutant(
        "resolver: the plan of a claim shows a request once",
        "test_resolver_calls",
        "ready_once",
        Edit(STATEMENTS, "    and request.id <> all(%(shown)s::bigint[])\n"),
    ),
    integration_mutant(
        "rule: a retired alias answers for nobody online",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(RESOLVE, "\n            and alias.retired_at is null;", ";"),
    ),
    integration_mutant(
        "rule: the first match type that hits wins online",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(RESOLVE, "if matched_key is null and record_key_", "if record_key_"),
    ),
    integration_mutant(
        "rule: deliberately no company is no company online",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(RESOLVE, "company_id := nullif(company_id, '{{ company_enrichment.no_company() }}');", ""),
    ),
    integration_mutant(
        "rule: a retired alias answers for none of many records",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(RESOLVE_MANY, "            and by_{{ entry.match_type }}.retired_at is null\n", ""),
    ),
    integration_mutant(
        "rule: no answer is told of a record of many that an alias answers",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(
            RESOLVE_MANY,
            "= case when coalesce({{ hit | join(', ') }}) is null then keys.normalized_customer_name end",
            "= keys.normalized_customer_name",
        ),
    ),
    integration_mutant(
        "rule: deliberately no company is no company for many records",
        "test_one_rule_for_batch_and_online",
        "agree",
        Edit(
            RESOLVE_MANY,
            "then nullif(by_{{ entry.match_type }}.company_id, '{{ company_enrichment.no_company() }}')",
            "then by_{{ entry.match_type }}.company_id",
        ),
    ),
    integration_mutant(
        "resolver: texts of many records arrive as they are",
        "test_resolver_calls",
        "whatever_its_texts_hold",
        Edit(LOADER, ".replace('\"', '\\\\\"')", ""),
    ),
]
