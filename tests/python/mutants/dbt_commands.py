"""Guards of dbt's commands and flags, of views that stay, and of locks."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

FLAGS = "macros/dbt_commands/refuse_flags.sql"
IN_PLACE = "macros/views/view_in_place.sql"
RESTING = "macros/views/resting_on.sql"
RUN_DDL = "macros/migrations/run_ddl.sql"
FULL, NEW = "empty_build_of_a_full", "was_built_empty"
REFUSED = "refused_by_name"


def _command(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return integration_mutant(name, "test_dbt_commands", must_fail, *edits)


def _lock(name: str, must_fail: str, *edits: Edit) -> Mutant:
    return integration_mutant(name, "test_strangers", must_fail, *edits)


MUTANTS: list[Mutant] = [
    _command(
        "retry: it takes the lease",
        "retry_completes and run",
        Edit("macros/runs/builds_models.sql", "{%- if not selected -%}", "{%- if false -%}"),
    ),
    _command(
        "retry: it begins a run",
        "retry_completes and run",
        Edit("macros/runs/selects_ours.sql", "{%- if not selected -%}", "{%- if false -%}"),
    ),
    _command(
        "empty: refs are relations",
        FULL,
        Edit("macros/dbt_commands/ref.sql", ".incorporate(limit=none, event_time_filter=none)"),
    ),
    _command(
        "empty: sources are relations",
        FULL,
        Edit("macros/dbt_commands/source.sql", ".incorporate(limit=none, event_time_filter=none)"),
    ),
    _command(
        "empty: no row is read",
        FULL,
        Edit("macros/dbt_commands/limit_of_empty_run.sql", "'\\nlimit 0' if", "'' if"),
    ),
    _command(
        "empty: no watermark moves",
        FULL,
        Edit("macros/tables/end_table.sql", "{%- if not company_enrichment.is_empty_run() -%}", "{%- if true -%}"),
    ),
    _command(
        "empty: a table that is made anew has no watermark",
        NEW,
        Edit(
            "macros/tables/begin_table.sql",
            "set content_hash = '', seen_through = null",
            "set seen_through = null",
        ),
    ),
    _command(
        "empty: no name gets an id",
        FULL,
        Edit("macros/resolution/issue_temporary_ids.sql", " and not company_enrichment.is_empty_run()"),
    ),
    _command(
        "empty: no name is queued",
        FULL,
        Edit("macros/resolution/enqueue_due_names.sql", " and not company_enrichment.is_empty_run()"),
    ),
    _command(
        "empty: not with a full refresh",
        REFUSED,
        Edit(FLAGS, "{%- if rebuilt and company_enrichment.is_empty_run() -%}", "{%- if false -%}"),
    ),
    _command(
        "sample: refused",
        REFUSED,
        Edit(FLAGS, "{%- if invocation_args_dict.get('sample') -%}", "{%- if false -%}"),
    ),
    _command(
        "full refresh: refused under views of others",
        REFUSED,
        Edit(FLAGS, "    {%- if others -%}", "    {%- if false -%}"),
    ),
    _command(
        "full refresh: refused under views that rest on our views",
        REFUSED,
        Edit(RESTING, "(resting.depth = 0 or {{ 'true' if through else 'false' }})", "resting.depth = 0"),
    ),
    _command(
        "defer: not by --favor-state",
        REFUSED,
        Edit(FLAGS, "invocation_args_dict.get('favor_state') or ", "false or "),
    ),
    _command(
        "defer: not where a model is missing",
        "defer_reads_no_model",
        Edit(FLAGS, "(selected and is_there is none)", "false"),
    ),
    _command(
        "clone: refused for models",
        REFUSED,
        Edit("macros/runs/hold_run_lease.sql", "{%- do company_enrichment.refuse_clone() -%}\n"),
    ),
    _command(
        "clone: refused for seeds",
        REFUSED,
        Edit("dbt_project.yml", '    +pre-hook: "{{ company_enrichment.refuse_clone() }}"\n'),
    ),
    _command(
        "views: unchanged ones are not written",
        "survive_a_run",
        Edit(IN_PLACE, "company_enrichment._is_view_of(this, definition)", "false"),
    ),
    _command(
        "views: one that somebody has replaced is noticed",
        "survive_a_run",
        Edit(
            IN_PLACE,
            "obj_description(rewrite.oid, 'pg_rewrite') = '{{ definition }} ' || md5(pg_get_viewdef(rewrite.ev_class))",
            "starts_with(obj_description(rewrite.oid, 'pg_rewrite'), '{{ definition }}')",
        ),
    ),
    _command(
        "views: none is dropped from under others",
        "cannot_be_replaced_in_place",
        Edit(IN_PLACE, "{%- if others -%}", "{%- if false -%}"),
    ),
    _command(
        "views: grants move to the new one",
        "cannot_be_replaced_in_place",
        Edit(IN_PLACE, "    {%- if aside -%}", "    {%- if false -%}"),
    ),
    _command(
        "views: those set aside are dropped",
        "cannot_be_replaced_in_place",
        Edit("macros/runs/finish_run.sql", "    {%- do run_query(company_enrichment.drop_replaced_views()) -%}\n"),
    ),
    _command(
        "views: one set aside stays while a model rests on it",
        "cannot_be_replaced_in_place",
        Edit("macros/views/drop_replaced_views.sql", "'drop view %s'", "'drop view %s cascade'"),
    ),
    _lock(
        "ddl: readers pass while it waits",
        "readers_do_not_wait",
        Edit(RUN_DDL, "set_config('lock_timeout', '1s', true)", "set_config('lock_timeout', '0', true)"),
    ),
    _lock(
        "ddl: it gives up and names who is in the way",
        "keeps_a_view",
        Edit(RUN_DDL, "exception when lock_not_available", "exception when data_exception"),
    ),
    _lock(
        "ddl: of a deployment",
        "keeps_a_deployment",
        Edit(
            "macros/migrations/deploy_objects.sql",
            "{%- for ddl in plan.objects -%}\n    {%- do run_query(company_enrichment.run_ddl(ddl)) -%}",
            "{%- for ddl in plan.objects -%}\n    {%- do run_query(ddl) -%}",
        ),
    ),
]
