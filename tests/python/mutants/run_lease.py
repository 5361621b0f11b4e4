"""Guards of the run lease."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

MUTANTS: list[Mutant] = [
    integration_mutant(
        "lease: one run at work",
        "test_run_lease",
        "allows_one_lease",
        Edit("macros/schema/enrichment_runs.sql", "create unique index", "create index"),
    ),
    integration_mutant(
        "lease: a second run is refused",
        "test_run_lease",
        "refused_by_name",
        Edit("macros/runs/take_run_lease.sql", "{%- if not state.other -%}", "{%- if true -%}"),
    ),
    integration_mutant(
        "lease: a lease that has ended is taken over",
        "test_run_lease",
        "by_its_end",
        Edit("macros/runs/run_at_work.sql", "lease_until > clock_timestamp()", "lease_until is not null"),
    ),
    integration_mutant(
        "lease: whoever has lost it builds nothing more",
        "test_run_lease",
        "lost_its_lease and table",
        Edit(
            "macros/runs/hold_run_lease.sql", "{%- if company_enrichment.value_of(held) is none -%}", "{%- if false -%}"
        ),
    ),
    integration_mutant(
        "lease: whoever has lost it replaces no view",
        "test_run_lease",
        "lost_its_lease and view",
        Edit("macros/views/view_in_place.sql", "{%- if not state.has_run_lease -%}", "{%- if false -%}"),
    ),
    integration_mutant(
        "views: the database is asked whether one is there",
        "test_run_lease",
        "dropped_while",
        Edit("macros/views/view_in_place.sql", "rewrite.oid is not null as is_there", "true as is_there"),
    ),
    integration_mutant(
        "lease: a table renews it",
        "test_run_lease",
        "a_table_renews",
        Edit(
            "macros/runs/hold_run_lease.sql",
            "lease_until = {{ company_enrichment.lease_end() }}",
            "lease_until = lease_until",
        ),
    ),
    integration_mutant(
        "lease: a run gives back only its own",
        "test_run_lease",
        "lost_its_lease",
        Edit("macros/runs/finish_run.sql", " and run.lease_until is not null"),
    ),
    integration_mutant(
        "lease: an operation that writes models waits for no run",
        "test_run_lease",
        "refused_by_name",
        Edit(
            "macros/rekeying/rekey_company_names.sql",
            "        {%- do company_enrichment.refuse_run_at_work('rekey_company_names') -%}\n",
        ),
    ),
]
