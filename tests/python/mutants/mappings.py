"""Guards of mapping claims and loads."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

DATABASE = "python/company_enrichment/database.py"
LANDING = "python/company_enrichment/mappings/landing.py"
MAPPING_ROWS = "python/company_enrichment/mappings/rows.py"
MAPPING_LOAD = "python/company_enrichment/mappings/load.py"
CLAIMS = "macros/mapping/decisions/mapping_claims.sql"
WITHOUT_UNDONE = "macros/mapping/undo/statements_without_undone.sql"
KEYS_OF_UNDOS = "macros/mapping/undo/keys_of_undos.sql"
STILL_SAID = "macros/mapping/conflicts/conflicts_still_said.sql"
LAST_LOADS = "macros/mapping/conflicts/last_loads_with_alias.sql"
SAID_AGAIN = "macros/mapping/decisions/said_again.sql"
PRUNABLE = "macros/mapping/repeats/prunable_rows.sql"
PRUNE = "macros/mapping/repeats/prune_mapping_loads.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "claims: the source with the highest priority is in force",
        "test_mapping_load_modes",
        "every_loser",
        Edit(
            "macros/mapping/aliases_in_force.sql",
            "case when claims.claim = 'made' then {{ target.schema }}.mapping_source_priority(claims.source) end,",
        ),
    ),
    integration_mutant(
        "claims: a lower source does not overrule a higher one",
        "test_mapping_load_modes",
        "every_loser",
        Edit(
            "macros/mapping/decisions/decided_statements.sql",
            "<= {{ target.schema }}.mapping_source_priority(source_before)",
            "is not null",
        ),
    ),
    integration_mutant(
        "claims: nor does it among several statements",
        "test_mapping_load_modes",
        "random",
        Edit(
            CLAIMS,
            "        order by {{ target.schema }}.mapping_source_priority(claim.key), (claim",
            "        order by (claim",
        ),
    ),
    integration_mutant(
        "claims: what is appended does not overrule what is stored",
        "test_mapping_load_modes",
        "every_loser",
        Edit(
            CLAIMS,
            "    when mode <> 'append' then 'made'\n",
            "    when true then 'made'\n",
        ),
    ),
    integration_mutant(
        "claims: nor does it among several statements, appended",
        "test_mapping_load_modes",
        "random",
        Edit(CLAIMS, "when own_company is null and winning_company = company_id", "when winning_company = company_id"),
    ),
    integration_mutant(
        "claims: of one load the first line counts",
        "test_mapping_load_modes",
        "every_loser",
        Edit(
            "macros/mapping/decisions/contested_claims.sql",
            "case when is_repeated_in_load then 'ignore' else effective_mode end as statement_mode",
            "effective_mode as statement_mode",
        ),
    ),
    integration_mutant(
        "claims: saying it again does not renew a claim",
        "test_mapping_load_modes",
        "after_each_load",
        Edit(
            CLAIMS,
            "    when own_company = company_id then 'repeated'\n",
        ),
    ),
    integration_mutant(
        "claims: delete_insert makes a claim anew",
        "test_mapping_load_modes",
        "after_each_load",
        Edit(CLAIMS, "when mode in ('delete_insert', 'undo', 'stored')", "when mode in ('undo', 'stored')"),
    ),
    integration_mutant(
        "claims: a damaged line retires no alias",
        "test_mapping_load_modes",
        "after_each_load",
        Edit(
            "macros/mapping/decisions/absent_keys.sql",
            "present.alias_name is not null\n",
            "present.reject_reason is null\n",
        ),
    ),
    integration_mutant(
        "claims: what a load of the same run claimed is withdrawn, too",
        "test_mapping_load_modes",
        "same_run",
        Edit("macros/mapping/decisions/absent_keys.sql", "    where earlier.is_usable\n", "    where false\n"),
    ),
    integration_mutant(
        "undone loads: what a complete load does not have, its source does not say",
        "test_undone_loads",
        "in_force_after",
        Edit(WITHOUT_UNDONE, "    'withdraw' as mode\n", "    'ignore' as mode\n"),
    ),
    integration_mutant(
        "undone loads: a complete load that lists the key does not withdraw it",
        "test_undone_loads",
        "in_force_after",
        Edit(
            WITHOUT_UNDONE,
            " and (in_order.next_number is null or next_complete.complete_number < in_order.next_number)\n",
            "\n",
        ),
    ),
    integration_mutant(
        "undone loads: a complete load that is undone withdraws nothing",
        "test_undone_loads",
        "in_force_after",
        Edit(
            WITHOUT_UNDONE,
            "    where undone.root_id is null\n    group by earlier.undo_id",
            "    group by earlier.undo_id",
        ),
    ),
    integration_mutant(
        "undone loads: nor does one that was undone before it was applied",
        "test_undone_loads",
        "in_force_after",
        Edit(
            WITHOUT_UNDONE,
            "        and a_row.reason is distinct from '{{ company_enrichment.undone_before_applied() }}'\n",
        ),
    ),
    integration_mutant(
        "undone loads: what was undone does not come back",
        "test_undone_loads",
        "in_force_after",
        Edit(WITHOUT_UNDONE, "case when stands and is_statement and", "case when is_statement and"),
    ),
    integration_mutant(
        "undone loads: an undo that is undone has not happened",
        "test_undone_loads",
        "in_force_after",
        Edit("macros/mapping/undo/claims_taken_back.sql", "    having max(chains.steps) % 2 = 1\n"),
    ),
    integration_mutant(
        "undone loads: the keys of other undone loads, which a complete load does not list",
        "test_undone_loads",
        "in_force_after",
        Edit(KEYS_OF_UNDOS, "where roots.is_complete\n", "where false\n"),
    ),
    integration_mutant(
        "undone loads: the keys of other undone loads, which it has repeated",
        "test_undone_loads",
        "in_force_after",
        Edit(
            KEYS_OF_UNDOS,
            "    inner join rows_of_undone as listed on roots.root_id = listed.root_id\n",
            "    inner join rows_of_undone as listed on false\n",
        ),
    ),
    integration_mutant(
        "undone loads: what lost because it appends may win",
        "test_undone_loads",
        "in_force_after",
        Edit("macros/mapping/undo/rows_on_keys.sql", "        loads.mode = 'append'\n", "        false\n"),
    ),
    integration_mutant(
        "undone loads: a load that is undone before it is applied has no effect",
        "test_undone_loads",
        "in_force_after",
        Edit("macros/mapping/undo/undone_when_landed.sql", "having max(steps) % 2 = 1", "having false"),
    ),
    integration_mutant(
        "undone loads: nor is it complete",
        "test_undone_loads",
        "in_force_after",
        Edit(
            "macros/mapping/decisions/mapping_decisions.sql",
            " and load_id not in (select undone_loads.load_id from undone_loads)",
        ),
    ),
    integration_mutant(
        "undone loads: a complete load of the same run withdraws what an undo brings back",
        "test_undone_loads",
        "in_force_after",
        Edit(
            "macros/mapping/decisions/absent_keys.sql", "    where again.company_id is not null\n", "    where false\n"
        ),
    ),
    integration_mutant(
        "undone loads: what an undo does to an alias is counted once",
        "test_undone_loads",
        "in_force_after",
        Edit(
            "macros/mapping/decisions/judged_statements.sql",
            " or not is_last_of_load) then 'withdrawn'",
            ") then 'withdrawn'",
        ),
    ),
    integration_mutant(
        "undone loads: the repair changes nothing unless it is told to",
        "test_undone_loads",
        "older_version",
        Edit("macros/mapping/undo/repair_undone_loads.sql", "    {%- elif execute -%}\n", "    {%- else -%}\n"),
        Edit(
            "macros/mapping/undo/repair_undone_loads.sql",
            """    {%- else -%}
        {%- call company_enrichment.say('repair_undone_loads') -%}
            nothing was changed; add execute: true
        {%- endcall -%}
""",
        ),
    ),
    integration_mutant(
        "conflicts: what a load takes from another source is one",
        "test_mapping_conflicts",
        "one_number",
        Edit(
            "macros/mapping/is_mapping_conflict.sql",
            ".outcome = 'conflict' or {{ change }}.rule is not null)",
            ".outcome = 'conflict')",
        ),
    ),
    integration_mutant(
        "conflicts: one is over when its loser says otherwise",
        "test_mapping_conflicts",
        "settled",
        Edit(
            STILL_SAID,
            "            and conflicts.losing_company_id in (said.company_id, replaced.current_company_id)\n",
        ),
        Edit(STILL_SAID, "    conflicts.losing_company_id <> in_force.company_id\n    and (", "    ("),
    ),
    integration_mutant(
        "conflicts: or has a complete load without the alias",
        "test_mapping_conflicts",
        "settled",
        Edit(LAST_LOADS, "\nwhere last_complete.load_number is null or last_complete.load_number <= said.load_number"),
    ),
    integration_mutant(
        "conflicts: or when a decision has settled it",
        "test_mapping_conflicts",
        "settled",
        Edit(STILL_SAID, "    and (decision.decided_at is null or decision.decided_at < conflicts.decided_at)\n"),
    ),
    integration_mutant(
        "conflicts: one that is repeated counts once",
        "test_mapping_conflicts",
        "settled",
        Edit(
            STILL_SAID,
            """    max(conflicts.load_number) over (
        partition by conflicts.match_type, conflicts.alias_name, conflicts.losing_source
    ) = conflicts.load_number as is_open
""",
            "    true as is_open\n",
        ),
    ),
    integration_mutant(
        "conflicts: what an undone load said is not what its source says",
        "test_mapping_conflicts",
        "opens_again",
        Edit(LAST_LOADS, "        and named.load_id not in (select undone.root_id from {{ undone }} as undone)\n"),
    ),
    integration_mutant(
        "conflicts: one that is closed warns no more",
        "test_mapping_conflicts",
        "settled",
        Edit("models/mapping/company_mapping_conflicts.yml", "{severity: warn, where: is_open}", "{severity: warn}"),
    ),
    integration_mutant(
        "claims: a claim that comes back is as old as it was",
        "test_undone_loads",
        "in_force_after or any_history",
        Edit(
            "macros/mapping/decisions/mapping_statements.sql",
            "    coalesce(taken_back.claim_number, undo.load_number) as claim_number,",
            "    undo.load_number as claim_number,",
        ),
    ),
    integration_mutant(
        "claims: a retired alias resolves nothing",
        "test_mapping_load_modes",
        "resolves_nothing",
        Edit("macros/resolution/resolution_rule.sql", "\n        and by_{{ entry.match_type }}.retired_at is null"),
    ),
    integration_mutant(
        "claims: a retired name gives its temporary id back",
        "test_mapping_load_modes",
        "crosswalk",
        Edit("macros/resolution/crosswalk/crosswalk_targets.sql", " and mapping.retired_at is null"),
    ),
    integration_mutant(
        "claims: a correction leaves retired aliases retired",
        "test_mapping_load_modes",
        "correction",
        Edit("macros/corrections/covered_aliases.sql", "\n    where retired_at is null"),
    ),
    integration_mutant(
        "claims: what a correction holds is not retired",
        "test_mapping_load_modes",
        "correction",
        Edit(
            "macros/mapping/aliases_in_force.sql",
            " and held.correction_id is null then named.decided_at",
            " then named.decided_at",
        ),
    ),
    integration_mutant(
        "claims: history has no rows in which nothing changed",
        "test_mapping_load_modes",
        "random",
        Edit(
            "macros/mapping/alias_history_changes.sql",
            "        and (\n            case when alias.retired_at is null then alias.company_id end"
            " is distinct from open_row.company_id\n            or (\n                alias.retired_at is null\n"
            "                and (alias.source, alias.load_id, alias.correction_id)\n                is distinct from"
            " (open_row.source, open_row.load_id, open_row.correction_id)\n            )\n        )\n",
        ),
    ),
    integration_mutant(
        "claims: history has one open row of an alias",
        "test_mapping_load_modes",
        "random",
        Edit("models/mapping/company_mapping_history.yml", "      full_refresh: false\n"),
    ),
    integration_mutant(
        "claims: an empty seed is no load",
        "test_mapping_loads",
        "seed",
        Edit("macros/mapping/land_seed_mappings.sql", "where content.content_hash is not null and ", "where "),
    ),
    integration_mutant(
        "mapping load: a load id once",
        "test_mapping_load_from_python",
        "one_load_at_once or empty_load",
        Edit(LANDING, "on conflict (load_id) do nothing\n"),
    ),
    integration_mutant(
        "mapping load: a load id that SQL has used",
        "test_mapping_load_from_python",
        "landed_by_sql",
        Edit(LANDING, "where not exists (select from {schema}.mapping_records where load_id = %(load_id)s)\n"),
    ),
    integration_mutant(
        "mapping load: by content, one at a time",
        "test_mapping_load_from_python",
        "one_content_at_once",
        Edit(
            LANDING,
            'cursor.execute(sql.SQL("select {}.hold_lock(%s)").format(schema), (f"loads of source {request.source}",))',
            "pass",
        ),
    ),
    integration_mutant(
        "mapping load: an empty load retires nothing",
        "test_mapping_load_from_python",
        "empty_load",
        Edit(LANDING, 'if read == 0 and request.mode == "replace_source":', "if False:"),
    ),
    integration_mutant(
        "mapping load: strict",
        "test_mapping_load_from_python",
        "strict_load",
        Edit(LANDING, "    if not request.strict:\n", "    if True:\n"),
    ),
    integration_mutant(
        "mapping load: strict looks at what readers have found",
        "test_mapping_load_from_python",
        "strict_load",
        Edit(
            LANDING, "            problem,\n            {schema}.mapping_fault(", "            {schema}.mapping_fault("
        ),
    ),
    integration_mutant(
        "mapping load: all rows or none in autocommit, too",
        "test_mapping_load_from_python",
        "used_as_it_stands",
        Edit(DATABASE, "        connection.autocommit = False\n        try:\n", "        try:\n"),
    ),
    integration_mutant(
        "mapping load: autocommit is given back",
        "test_mapping_load_from_python",
        "used_as_it_stands",
        Edit(DATABASE, "            connection.autocommit = True\n", "            pass\n"),
    ),
    integration_mutant(
        "mapping load: not inside a transaction of the caller's",
        "test_mapping_load_from_python",
        "inside_a_transaction",
        Edit(DATABASE, "    refuse_open_transaction(connection)  # in which autocommit cannot be switched, either\n"),
    ),
    integration_mutant(
        "mapping load: the caller learns why its rows ended",
        "test_mapping_load_from_python",
        "reaches_the_caller",
        Edit(MAPPING_ROWS, "            raise stream.failure from None\n", "            raise\n"),
    ),
    integration_mutant(
        "mapping load: the encoding of what is copied",
        "test_mapping_load_from_python",
        "any_client_encoding",
        Edit(MAPPING_ROWS, ", encoding 'UTF8'"),
    ),
    integration_mutant(
        "mapping load: backslashes",
        "test_mapping_load_from_python",
        "any_client_encoding",
        Edit(MAPPING_ROWS, r""""\\": r"\\", """),
    ),
    integration_mutant(
        "mapping load: dbt goes to the database of the connection",
        "test_mapping_load_from_python",
        "next_call_applies_it",
        Edit(MAPPING_LOAD, "            variables=variables,\n"),
    ),
    Mutant(
        "mapping load: an interrupted one gives its lease back",
        "tests/python/acceptance/test_interruption.py",
        "interrupted_load",
        (Edit(MAPPING_LOAD, "            end_lease(connection, database.schema, run_id)\n", "            pass\n"),),
    ),
    integration_mutant(
        "mapping load: another run at work is no failure",
        "test_mapping_load_from_python",
        "next_call_applies_it",
        Edit(
            MAPPING_LOAD,
            "    except (RunAtWorkError, DbtNotInstalledError) as reason:",
            "    except DbtNotInstalledError as reason:",
        ),
    ),
    integration_mutant(
        "plan of a load: what waits for dbt comes first",
        "test_mapping_load_plans",
        "is_what_the_load_then_does",
        Edit(
            "macros/schema/plan_mapping_load.sql",
            "from {{ schema }}.mapping_records as waiting",
            "from {{ schema }}.mapping_records as waiting where false",
        ),
    ),
    integration_mutant(
        "plan of a load: another is not planned instead of one that is landed",
        "test_mapping_load_plans",
        "is_what_the_load_then_does",
        Edit("python/company_enrichment/mappings/plan.py", "is_new=not is_landed", "is_new=True"),
    ),
    integration_mutant(
        "said again: with delete_insert it is said anew",
        "test_mapping_load_modes",
        "after_each_load",
        Edit(SAID_AGAIN, "        landed.mode in ('append', 'merge', 'replace_source')\n        and ", "        "),
    ),
    integration_mutant(
        "said again: another source says it for the first time",
        "test_undone_loads",
        "after_any_history",
        Edit(SAID_AGAIN, '    and min(said.source collate "C") = max(said.source collate "C") -- noqa: RF03\n', ""),
    ),
    integration_mutant(
        "said again: another company is another word",
        "test_undone_loads",
        "after_any_history",
        Edit(
            SAID_AGAIN,
            '    and min(said.company_id collate "C") = max(said.company_id collate "C") -- noqa: RF03\n',
            "",
        ),
    ),
    integration_mutant(
        "said again: a claim that was withdrawn is none",
        "test_undone_loads",
        "after_any_history",
        Edit(SAID_AGAIN, "        claim.claim = 'made' as is_plain", "        true as is_plain"),
    ),
    integration_mutant(
        "pruning: what has lost stays",
        "test_pruned_mapping_loads",
        "go_on_saying",
        Edit(PRUNABLE, "        and said.outcome = 'unchanged'\n", ""),
    ),
    integration_mutant(
        "pruning: other words stay",
        "test_pruned_mapping_loads",
        "go_on_saying",
        Edit(PRUNABLE, "            and said.alias_text = made.alias_text\n", ""),
    ),
    integration_mutant(
        "pruning: a load keeps a row",
        "test_undone_loads",
        "what_is_in_force_after",
        Edit(PRUNABLE, "        and said.line_no < (", "        and 0 < ("),
    ),
    integration_mutant(
        "pruning: what has not been counted stays",
        "test_pruned_mapping_loads",
        "not_been_counted",
        Edit(PRUNE, "    and counted.rows_read = decided.lines + pruned.lines", "    and true"),
    ),
    integration_mutant(
        "pruning: loads of the last days stay",
        "test_pruned_mapping_loads",
        "go_on_saying",
        Edit(PRUNE, " - interval '{{ older_than_days }} days'", ""),
    ),
    integration_mutant(
        "pruned rows: an undo hears them",
        "test_undone_loads",
        "what_is_in_force_after",
        Edit("macros/mapping/repeats/mapping_repeat.sql", " and repeat.line_no is not null", " and false"),
    ),
    integration_mutant(
        "pruned rows: they list their keys",
        "test_undone_loads",
        "what_is_in_force_after",
        Edit(
            "macros/mapping/repeats/rows_of_repeats.sql", "where stored.load_id = ", "where false and stored.load_id = "
        ),
    ),
    integration_mutant(
        "pruned rows: they are counted",
        "test_pruned_mapping_loads",
        "go_on_saying",
        Edit(
            "macros/mapping/repeats/count_of_repeats.sql",
            "where stored.load_id = ",
            "where false and stored.load_id = ",
        ),
    ),
]
