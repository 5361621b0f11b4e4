"""Guards of audit and monitoring."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

AUDIT = "tests/python/acceptance/test_audit.py"
CHANGES = "macros/resolution/resolution_changes.sql"
THRESHOLDS = "models/monitoring/monitoring_thresholds.sql"
MONITORING = "python/company_enrichment/monitoring.py"

MUTANTS: list[Mutant] = [
    Mutant(
        "audit: a change names the load that decided",
        AUDIT,
        "which_load_or_answer",
        (Edit(CHANGES, "    resolution.mapping_load_id,\n", "    cast(null as text) as mapping_load_id,\n"),),
    ),
    Mutant(
        "audit: a conflict is over when its loser says otherwise",
        AUDIT,
        "aliases_are_in_conflict",
        (Edit("models/monitoring/aliases_in_conflict.sql", "where conflicts.is_open\n"),),
    ),
    integration_mutant(
        "audit: an operation does not write into a history without the columns",
        "test_monitoring",
        "older_version_gets",
        Edit(
            "macros/tables/refuse_old_models.sql",
            "'company_resolution_changes', 'correction_id'",
            "'company_resolution_changes', 'record_id'",
        ),
    ),
    integration_mutant(
        "monitoring: a dead letter is not waiting",
        "test_monitoring",
        "exceeds_its_limit",
        Edit(THRESHOLDS, "    where state <> 'failed'\n"),
    ),
    integration_mutant(
        "monitoring: the last run is compared",
        "test_monitoring",
        "exceeds_its_limit",
        Edit(THRESHOLDS, "    where is_latest\n"),
    ),
    integration_mutant(
        "monitoring: with the median",
        "test_monitoring",
        "exceeds_its_limit",
        Edit(
            "models/monitoring/coverage_by_run.sql",
            "percentile_cont(0.5) within group (order by earlier.coverage)",
            "avg(earlier.coverage)",
        ),
    ),
    integration_mutant(
        "monitoring: a limit is a number",
        "test_monitoring",
        "wrong_var",
        Edit("macros/settings/warning_limit.sql", "company_enrichment.checked_var(name)", "var(name)"),
    ),
    integration_mutant(
        "monitoring: a price is a number",
        "test_monitoring",
        "wrong_var",
        Edit(
            "macros/settings/price_per_lookup.sql",
            "company_enrichment.checked_var('lookup_prices')",
            "var('lookup_prices')",
        ),
    ),
    integration_mutant(
        "monitoring: a model that is not there does not stop status",
        "test_monitoring",
        "status_works",
        Edit(MONITORING, "    except SchemaNotDeployedError:\n        return None\n", "    finally:\n        pass\n"),
    ),
]
