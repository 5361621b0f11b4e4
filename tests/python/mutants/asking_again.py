"""Guards of outages of the registry, of asking again, and of the list of remarks."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

LIVE = "python/company_enrichment/resolver/live_lookups.py"
REGISTRY = "python/company_enrichment/lookups/providers/registry.py"
LIMITS = "python/company_enrichment/lookups/limits.py"
WORKER = "python/company_enrichment/lookups/worker.py"
OUTAGE = "test_registry_outage"
ASKING = "test_asking_again"
ASK = "macros/schema/ask_again.sql"
JUDGED = "macros/resolution/asked_again_names.sql"
REMARKS = "models/monitoring/remarks_of_unknown_names.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "outage: the table is read before it is said to be readable",
        OUTAGE,
        "cannot_be_read_is_an_outage",
        Edit(REGISTRY, "            self._read_once()\n", ""),
    ),
    integration_mutant(
        "outage: a registry that breaks costs no attempt",
        OUTAGE,
        "middle_of_a_drain",
        Edit(
            REGISTRY,
            "            raise self._unreadable(_problem(cause)) from error\n\n    def _found",
            "            raise LookupProviderError(told) from error\n\n    def _found",
        ),
        Edit(REGISTRY, "                self.check()\n", "                pass\n"),
    ),
    integration_mutant(
        "outage: a row that fails is told from a table that does",
        OUTAGE,
        "row_that_fails",
        Edit(REGISTRY, '_CLASSES_OF_ROWS = ("22", "23", "21", "P0")', '_CLASSES_OF_ROWS = ("99",)'),
    ),
    integration_mutant(
        "outage: the check has its own time",
        OUTAGE,
        "locked_or_slow",
        Edit(REGISTRY, '            cursor.execute("rollback to savepoint looked_at")\n', ""),
    ),
    integration_mutant(
        "outage: a locked table is there",
        OUTAGE,
        "locked_or_slow",
        Edit(REGISTRY, "            if not _is_cut_short(cause):\n", "            if True:\n"),
    ),
    integration_mutant(
        "outage: the right to read both columns",
        OUTAGE,
        "right_that_is_missing",
        Edit(REGISTRY, "        bool_and(has_column_privilege", "        bool_or(has_column_privilege"),
    ),
    integration_mutant(
        "outage: since the first of several",
        OUTAGE,
        "first_of_several",
        Edit(LIMITS, "coalesce(state.outage_since, now())", "clock_timestamp()"),
    ),
    integration_mutant(
        "outage: a registry that can be read again is asked at once",
        OUTAGE,
        "read_again",
        Edit("python/company_enrichment/lookups/provider_check.py", "        limits.recovered()\n", "        pass\n"),
    ),
    integration_mutant(
        "outage: who is kept from asking tells the cause",
        OUTAGE,
        "middle_of_a_drain",
        Edit(WORKER, "        if permit.is_outage and self.report.outage is None:\n", "        if False:\n"),
    ),
    integration_mutant(
        "outage: the last error of a single name is kept",
        OUTAGE,
        "single_name",
        Edit(WORKER, "        limits.failed(error)\n        return", "        return"),
    ),
    integration_mutant(
        "outage: a resolver that could not ask ends with 1",
        OUTAGE,
        "every_command",
        Edit(
            LIVE,
            "                self.outage = error\n",
            "                pass\n",
        ),
    ),
    integration_mutant(
        "outage: a run ends with the cause",
        OUTAGE,
        "resolves_what_it_can",
        Edit("python/company_enrichment/cli/run.py", "            raise outcome.outage\n", "            pass\n"),
    ),
    integration_mutant(
        "outage: the online resolver looks whether the registry is back",
        OUTAGE,
        "looks_once",
        Edit(
            "python/company_enrichment/lookups/providers/limited.py",
            "        if permit.is_outage and self._is_back():\n",
            "        if False:\n",
        ),
    ),
    integration_mutant(
        "outage: the online resolver looks once only",
        OUTAGE,
        "looks_once",
        Edit("python/company_enrichment/lookups/providers/limited.py", " or self._was_checked:", ":"),
    ),
    integration_mutant(
        "asking: one at a time",
        ASKING,
        "waited_for_another",
        Edit(ASK, "    perform {{ target.schema }}.hold_lock('ask_again');\n", "    null;\n"),
    ),
    integration_mutant(
        "asking: what was answered meanwhile is left",
        ASKING,
        "waited_for_another",
        Edit(JUDGED, "            when answer.answered_at > now() then 'answered'\n"),
    ),
    integration_mutant(
        "asking: names with a company are left",
        ASKING,
        "never_asked_for",
        Edit(JUDGED, "            when found.match_type is not null then 'known'\n"),
    ),
    integration_mutant(
        "asking: a request that is open is left",
        ASKING,
        "asking_twice or stays_the_workers",
        Edit(ASK, "        on conflict (normalized_name) where finished_at is null do nothing\n"),
        Edit(JUDGED, "            when open_request.id is not null then 'open'\n"),
    ),
    integration_mutant(
        "asking: the answer ends",
        ASKING,
        "mean_the_unknown",
        Edit(ASK, "        set ended_at = now()\n", "        set ended_at = answer.ended_at\n"),
    ),
    integration_mutant(
        "asking: a dead letter is settled",
        ASKING,
        "dead_letter",
        Edit(ASK, "        set failed_at = null, updated_at = now()\n", "        set updated_at = now()\n"),
    ),
    integration_mutant(
        "asking: workers are told",
        ASKING,
        "are_told",
        Edit(ASK, "    left join announced on true\n"),
    ),
    integration_mutant(
        "asking: several names only with --execute",
        ASKING,
        "mean_the_unknown",
        Edit(
            "python/company_enrichment/cli/queue_ask.py",
            "not (execute or (names is not None and len(names) == 1))",
            "False",
        ),
    ),
    integration_mutant(
        "rekeying: an answer to another key ends",
        "test_remarks_of_unknown_names",
        "sets_its_names_free",
        Edit("macros/lookups/answer_expires_at.sql", "{{ answer }}.ended_at,", "null::timestamptz,"),
    ),
    integration_mutant(
        "rekeying: names whose keys changed are asked for at once",
        "test_remarks_of_unknown_names",
        "sets_its_names_free",
        Edit(
            "macros/rekeying/rekey_company_names.sql",
            "        {%- do company_enrichment.ask_for_rekeyed_names() -%}\n",
        ),
    ),
    integration_mutant(
        "rekeying: an answer to a key that stays counts",
        "test_rekeying",
        "keys_that_change",
        Edit(
            "macros/rekeying/prepare_rekeying.sql",
            "\n    and pg_temp.normalize_company_name(answer.asked_name) <> answer.normalized_name",
        ),
    ),
    integration_mutant(
        "remarks: what may belong to a name is none",
        "test_remarks_of_unknown_names",
        "sets_its_names_free",
        Edit(REMARKS, "        and not {{ company_enrichment.is_part_of_names('remark') | indent(8) }}\n"),
    ),
    integration_mutant(
        "remarks: many names show one",
        "test_remarks_of_unknown_names",
        "sets_its_names_free",
        Edit(REMARKS, "count(distinct normalized_name) >= 5", "count(distinct normalized_name) >= 500"),
    ),
    integration_mutant(
        "remarks: a name that is known without it shows one",
        "test_remarks_of_unknown_names",
        "known_without_it",
        Edit(REMARKS, "    bool_or(is_known_without_it or is_repeated_without_it)\n", "    false\n"),
    ),
    integration_mutant(
        "seeds: the header is looked at",
        "test_mapping_loads",
        "other_columns",
        Edit("macros/mapping/refuse_other_seed_columns.sql", "{%- if missing -%}", "{%- if false -%}"),
    ),
    unit_mutant(
        "address: plain dbt names the setting",
        "test_database_address",
        "connects_nowhere",
        Edit("profiles.yml", "{%- if uri and not modules.re.fullmatch(", "{%- if false and not modules.re.fullmatch("),
    ),
]
