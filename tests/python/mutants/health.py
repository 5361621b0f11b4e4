"""Guards of the health check."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant

LOOKUPS = "python/company_enrichment/health/lookups.py"
DEPLOYMENT = "python/company_enrichment/health/deployment.py"
EXAMINATION = "python/company_enrichment/health/examination.py"
CONNECTION = "python/company_enrichment/health/connection.py"


def doctor_mutant(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return Mutant(name, "tests/python/acceptance/test_doctor.py", must_fail, edits)


MUTANTS: list[Mutant] = [
    doctor_mutant(
        "health: an outage of a provider that is not in use is none",
        "outage_says_since_when",
        Edit(LOOKUPS, "        if trouble.provider != settings.lookup_provider:\n            continue\n"),
    ),
    doctor_mutant(
        "health: a server is asked only on request",
        "asked_only_on_request",
        Edit(LOOKUPS, "[_ask(settings) if ask else asked]", "[_ask(settings)]"),
    ),
    doctor_mutant(
        "health: a large registry needs its indexes",
        "large_registry",
        Edit(LOOKUPS, 'if found["bytes"] <= _SMALL_REGISTRY_BYTES:', "if True:"),
    ),
    doctor_mutant(
        "health: the newest run, finished or not",
        "newest_whatever",
        Edit(DEPLOYMENT, "order by newest.started_at desc", "order by newest.finished_at desc nulls last"),
    ),
    doctor_mutant(
        "health: a run without a lease is not running",
        "newest_whatever",
        Edit(DEPLOYMENT, 'if run["holds_lease"]:', "if True:"),
    ),
    doctor_mutant(
        "health: the embedded server is not made by a look",
        "not_started_to_be_looked_at",
        Edit(EXAMINATION, "if not EmbeddedServer(state_directory()).has_data:", "if False:"),
    ),
    doctor_mutant(
        "health: tables of others are not looked at",
        "may_not_read_is_named",
        Edit(CONNECTION, " if name in models | operational}", "}"),
    ),
    doctor_mutant(
        "health: a check that fails does not end the others",
        "keeps_nobody_waiting",
        Edit(
            EXAMINATION,
            "        with report.guarded(check):\n            report.add(*found())",
            "        report.add(*found())",
        ),
    ),
    doctor_mutant(
        "health: what is deployed comes first",
        "tables_of_a or empty_database",
        Edit(EXAMINATION, 'if report.count("problem") > before:', "if False:"),
    ),
]
