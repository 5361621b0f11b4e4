"""Guards of the change feed."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

MUTANTS: list[Mutant] = [
    integration_mutant(
        "feed: the watermark is of the time before the query",
        "test_change_feed",
        "committed_late",
        Edit("macros/tables/begin_table.sql", "pg_snapshot_xmin", "pg_snapshot_xmax"),
    ),
    integration_mutant(
        "feed: the transaction at the watermark is read again",
        "test_change_feed",
        "committed_late",
        Edit("macros/tables/is_changed.sql", ".changed_in >= ", ".changed_in > "),
    ),
    integration_mutant(
        "totals: rows that are inserted count",
        "test_change_feed",
        "totals_follow",
        Edit(
            "macros/schema/resolution_totals.sql",
            "records = totals.records + excluded.records",
            "records = totals.records",
        ),
    ),
    integration_mutant(
        "totals: rows that are no longer of an outcome do not count",
        "test_change_feed",
        "totals_follow",
        Edit("macros/schema/resolution_totals.sql", "totals.records - gone.records", "totals.records"),
    ),
    integration_mutant(
        "totals: a table that is emptied has none",
        "test_change_feed",
        "totals_follow",
        Edit("macros/schema/resolution_totals.sql", "if tg_op = 'TRUNCATE' then", "if false then"),
    ),
    integration_mutant(
        "totals: a rebuilt table is counted anew",
        "test_change_feed",
        "totals_follow",
        Edit("macros/resolution/keep_resolution_totals.sql", "delete from {{ target.schema }}.resolution_totals;", ""),
    ),
    integration_mutant(
        "totals: the summary reads them",
        "test_change_feed",
        "nothing_to_do",
        Edit(
            "macros/runs/run_summary.sql",
            "from {{ schema }}.resolution_totals as coverage",
            "from (select status, match_type, count(*) as records from {{ schema }}.company_resolution"
            " group by status, match_type) as coverage",
        ),
    ),
    integration_mutant(
        "feed: an update is a change",
        "test_change_feed",
        "other_content",
        Edit("macros/schema/renewed_changed_in.sql", "    new.changed_in := pg_catalog.pg_current_xact_id();\n"),
    ),
    integration_mutant(
        "feed: a watermark of another system does not count",
        "test_change_feed",
        "another_database",
        Edit("macros/tables/watermark.sql", "using (system_identifier, content_hash)", "using (content_hash)"),
    ),
    integration_mutant(
        "feed: a watermark of other rules does not count",
        "test_change_feed",
        "another_database",
        Edit("macros/tables/watermark.sql", "using (system_identifier, content_hash)", "using (system_identifier)"),
    ),
    integration_mutant(
        "feed: a watermark still to come does not count",
        "test_change_feed",
        "another_database",
        Edit("macros/tables/watermark.sql", "    and noted.watermark <= pg_snapshot_xmin(pg_current_snapshot())"),
    ),
    integration_mutant(
        "feed: everything is compared on request",
        "test_change_feed",
        "on_request",
        Edit("macros/tables/watermark.sql", " and not company_enrichment.checked_var('compare_everything')"),
    ),
    integration_mutant(
        "feed: a changed alias reaches its records",
        "test_change_feed",
        "have_not_changed",
        Edit("macros/resolution/affected_record_keys.sql", "company_enrichment.match_types()", "[]"),
    ),
    integration_mutant(
        "feed: an answer reaches its records",
        "test_change_feed",
        "have_not_changed",
        Edit(
            "macros/resolution/affected_record_keys.sql",
            "changed.normalized_name = named.normalized_customer_name",
            "false",
        ),
    ),
    integration_mutant(
        "feed: an id issued late is in the crosswalk",
        "test_change_feed",
        "known_by_now",
        Edit(
            "macros/resolution/crosswalk/considered_ids.sql",
            "from {{ ledger }} as changed\nwhere {{ company_enrichment.is_changed('changed', since) }}\n",
            "from {{ ledger }} as changed\nwhere false\n",
        ),
    ),
    integration_mutant(
        "feed: names whose answer has expired are due again",
        "test_change_feed",
        "when_they_are_due",
        Edit("macros/resolution/enqueue_due_names.sql", "where answer.expires_at <= now()", "where false"),
    ),
    integration_mutant(
        "feed: names whose lookup failed are due again",
        "test_change_feed",
        "when_they_are_due",
        Edit("macros/resolution/enqueue_due_names.sql", "on request.status = 'failed'", "on false"),
    ),
    integration_mutant(
        "feed: queries of tables are not compiled to machine code",
        "test_change_feed",
        "machine_code",
        Edit("macros/tables/begin_table.sql", "set local jit = off;\n", ""),
    ),
    integration_mutant(
        "feed: the query of temporary ids is not compiled to machine code",
        "test_change_feed",
        "machine_code",
        Edit("macros/resolution/issue_temporary_ids.sql", "    set local jit = off;\n    create", "    create"),
    ),
    integration_mutant(
        "feed: an index that is there is not made again",
        "test_change_feed",
        "no_second_index",
        Edit("macros/tables/end_table.sql", "not in there", "not in []"),
    ),
    integration_mutant(
        "feed: a partial index is no index of the same columns",
        "test_change_feed",
        "no_second_index",
        Edit(
            "macros/tables/end_table.sql",
            "there.append([row[0], row[1]])",
            "there.extend([[true, row[1]], [false, row[1]]])",
        ),
    ),
    integration_mutant(
        "feed: names that only deleted records have are not asked for",
        "test_change_feed",
        "only_deleted_records",
        Edit("macros/resolution/enqueue_due_names.sql", " and record.deleted_at is null", ""),
    ),
    integration_mutant(
        "feed: names of restored records are asked for",
        "test_change_feed",
        "only_deleted_records",
        Edit(
            "macros/resolution/enqueue_due_names.sql",
            "where {{ company_enrichment.is_changed('record', since) }}",
            "where false",
        ),
    ),
]
