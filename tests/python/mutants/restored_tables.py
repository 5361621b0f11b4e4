"""Guards of tables that are restored by themselves."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

TESTS = "test_restored_tables"
WATERMARK = "macros/tables/watermark.sql"
REENTER = "macros/schema/reenter_temp_ids.sql"
MISSING_IDS = "macros/temporary_ids/temp_ids_missing_in_ledger.sql"
TAKE = "macros/schema/take_temp_numbers.sql"
PARTS = "macros/migrations/parts_of_tables.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "restored: a watermark is of the tables that were read",
        TESTS,
        "follows_records and plain",
        Edit(
            WATERMARK,
            "    and noted.relations = {{ company_enrichment.relation_identities("
            "company_enrichment.relations_read() + [this.identifier]) }}\n",
        ),
    ),
    integration_mutant(
        "restored: a watermark is of the model's own table",
        TESTS,
        "changes_no_result and company_lookup_cache-plain",
        Edit(
            "macros/tables/end_table.sql",
            "\n    || {{ company_enrichment.relation_identities([this.identifier]) }}",
        ),
        Edit(WATERMARK, "relations_read() + [this.identifier]", "relations_read()"),
    ),
    integration_mutant(
        "restored: a truncated table is another one",
        TESTS,
        "follows_records and plain",
        Edit("macros/tables/relation_identities.sql", "relation.oid || '/' || relation.relfilenode", "relation.oid"),
    ),
    integration_mutant(
        "restored: tables are read through views",
        TESTS,
        "follows_records and plain",
        Edit(
            "macros/tables/relations_read.sql",
            "{%- do ahead.extend(node.depends_on.nodes | reject('in', ahead) | list) -%}",
        ),
    ),
    integration_mutant(
        "restored: what hooks read counts, too",
        TESTS,
        "restored_queue",
        Edit("macros/tables/relations_read.sql", "(config.get('meta') or {}).get('reads', []) | list", "[]"),
    ),
    integration_mutant(
        "restored: a replaced table is named",
        TESTS,
        "follows_records and plain",
        Edit("macros/runs/replaced_relations.sql", "(owner.model is null or owner.model = noted.model)", "false"),
    ),
    integration_mutant(
        "restored: names keep the ids of the result, asked online",
        TESTS,
        "issues_no_id_twice and plain",
        Edit(
            "macros/schema/assign_temp_ids.sql",
            "        perform from {{ target.schema }}.reenter_temp_ids();\n",
        ),
    ),
    integration_mutant(
        "restored: numbers that were issued are not issued again",
        TESTS,
        "issues_no_id_twice and plain",
        Edit(
            TAKE,
            "            (select reached_before.highest_issued"
            " from {{ target.schema }}.temp_id_high_water as reached_before),\n",
        ),
    ),
    integration_mutant(
        "restored: the highest number is kept",
        TESTS,
        "issues_no_id_twice and plain",
        Edit(
            TAKE,
            "    update {{ target.schema }}.temp_id_high_water set highest_issued = reached, updated_at = now();\n",
        ),
    ),
    integration_mutant(
        "restored: ids of names that are known by now are entered again",
        TESTS,
        "changes_no_result and temp_company_ids-plain",
        Edit(MISSING_IDS, "crosswalk.valid_to is null", "false"),
    ),
    integration_mutant(
        "restored: a name that is not known as what the id became is not the id's",
        TESTS,
        "nobody_is_known_to_have",
        Edit(MISSING_IDS, "                and answer.company_id = crosswalk.to_company_id\n"),
        Edit(
            MISSING_IDS,
            "                answer.normalized_name = record_keys.normalized_customer_name\n",
            "true",
        ),
    ),
    integration_mutant(
        "restored: the older of two ids has the name",
        TESTS,
        "got_another_one",
        Edit(REENTER, "if held_number > entry.temp_number then", "if false then"),
        Edit(
            REENTER,
            "case when held_number < entry.temp_number then null else",
            "case when held_number is not null then null else",
        ),
        Edit(REENTER, "case when held_number < entry.temp_number then held_number end", "held_number"),
    ),
    integration_mutant(
        "restored: an id that two names claim is named",
        TESTS,
        "two_names_claim",
        Edit(REENTER, "and issued.first_seen > resolution.resolved_at", "and false"),
    ),
    integration_mutant(
        "restored: an id that the ledger does not know stands for what it stood for",
        TESTS,
        "nobody_is_known_to_have",
        Edit("macros/resolution/crosswalk/crosswalk_changes.sql", "(targets.is_known and ", "("),
    ),
    integration_mutant(
        "restored: answers that were read are entered again",
        TESTS,
        "changes_no_result and lookup_answers-plain",
        Edit("macros/schema/reenter_read_rows.sql", "where answer.answer_id is null", "where false"),
    ),
    integration_mutant(
        "restored: loads that were applied are entered again",
        TESTS,
        "changes_no_result and landed_loads-plain",
        Edit("macros/schema/reenter_read_rows.sql", "where landed.load_id is null and", "where false and"),
    ),
    integration_mutant(
        "restored: loads that were undone are decided first",
        TESTS,
        "changes_no_result and mapping_changes-plain",
        Edit(
            "macros/mapping/undo/decide_undone_loads.sql",
            "{%- do company_enrichment.merge_into_model(this.identifier, decisions) -%}",
        ),
    ),
    integration_mutant(
        "restored: aliases that nobody claims are retired",
        TESTS,
        "mappings_that_were_restored and plain",
        Edit("macros/mapping/retire_aliases_without_claim.sql", "    alias.retired_at is null\n", "    false\n"),
    ),
    integration_mutant(
        "restored: rows of records that are gone are removed",
        TESTS,
        "deleted_by_hand",
        Edit(
            "macros/records/remove_lost_rows.sql",
            "where not exists (select",
            "where false and not exists (select",
        ),
    ),
    integration_mutant(
        "restored: totals are counted when everything was read",
        TESTS,
        "changes_no_result and resolution_totals-plain",
        Edit("macros/resolution/keep_resolution_totals.sql", " or company_enrichment.watermark() is none"),
    ),
    integration_mutant(
        "restored: totals of a table whose triggers are disabled are counted",
        TESTS,
        "left_disabled",
        Edit("macros/resolution/has_resolution_totals.sql", " and tgenabled <> 'D'"),
    ),
    integration_mutant(
        "restored: parts that a table has lost are made again",
        TESTS,
        "come_back_complete and created",
        Edit(
            "macros/migrations/deploy_schema.sql",
            "{%- set missing = company_enrichment.missing_parts() -%}",
            "{%- set missing = [] -%}",
        ),
    ),
    integration_mutant(
        "restored: a disabled trigger is a missing one",
        TESTS,
        "left_disabled",
        Edit(PARTS, " and part.tgenabled <> 'D'"),
    ),
    integration_mutant(
        "restored: a new identity begins above what others refer to",
        TESTS,
        "new_identity",
        Edit(PARTS, "coalesce(max(%I), 0) + 1000000", "coalesce(max(%I), 0) - 1"),
    ),
    integration_mutant(
        "restored: a model without a primary key gets it again",
        TESTS,
        "changes_no_result and company_resolution-dropped",
        Edit("macros/runs/make_model_keys.sql", "key.indisprimary)", "true)\n    and false"),
    ),
    integration_mutant(
        "restored: a table that is gone is refused",
        TESTS,
        "is_gone",
        Edit("macros/migrations/deploy_schema.sql", "if lost_tables and not creates_lost_tables", "if false"),
    ),
]
