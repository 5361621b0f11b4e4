"""Guards of adoption."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

EQC = "python/company_enrichment/lookups/providers/eqc.py"
DEPLOY = "macros/migrations/deploy_schema.sql"
ADOPT = "macros/adoption/adopt.sql"
ADOPT_TABLES = "macros/adoption/adopt_tables.sql"
ADOPT_REQUESTS = "macros/adoption/adopt_requests.sql"
ADOPT_MAPPINGS = "macros/adoption/adopt_mappings.sql"
ADOPT_IDS = "macros/adoption/adopt_published_temp_ids.sql"
JUDGED_IDS = "macros/adoption/judged_temp_ids.sql"
JUDGED_REQUESTS = "macros/adoption/judged_requests.sql"
UNDO = "macros/adoption/undo_adoption.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "adoption: indexes of the predecessor in our schema",
        "test_adoption",
        "their_own_names",
        Edit("macros/adoption/adoption_renames.sql", "if back or schema == target.schema", "if back"),
    ),
    integration_mutant(
        "adoption: what the registry client stored comes last",
        "test_adoption",
        "stable_order",
        Edit(ADOPT_MAPPINGS, "coalesce(upper(source) = 'EQC', false)", "false"),
    ),
    integration_mutant(
        "adoption: the newest mapping first",
        "test_adoption",
        "stable_order",
        Edit(ADOPT_MAPPINGS, " updated_at desc nulls last,", " updated_at,"),
    ),
    integration_mutant(
        "adoption: another load after an undo",
        "test_adoption",
        "beside_ours",
        Edit(ADOPT_MAPPINGS, "first_load if earlier == 0 else", "first_load if true else"),
    ),
    integration_mutant(
        "adoption: open duplicates",
        "test_adoption",
        "keeps_its_order",
        Edit(JUDGED_REQUESTS, " or request.place_in_name > 1"),
    ),
    integration_mutant(
        "adoption: open requests of ours",
        "test_adoption",
        "ours_is_asking_for",
        Edit(JUDGED_REQUESTS, "request.open_id is not null or "),
    ),
    integration_mutant(
        "adoption: the oldest of open duplicates",
        "test_adoption",
        "keeps_its_order",
        Edit(
            JUDGED_REQUESTS,
            "known.name is not null order by keyed.created_at, keyed.id",
            "known.name is not null order by keyed.id",
        ),
    ),
    integration_mutant(
        "adoption: the order of the queue",
        "test_adoption",
        "keeps_its_order",
        Edit(
            JUDGED_REQUESTS,
            "row_number() over (order by keyed.created_at, keyed.id)",
            "row_number() over (order by keyed.id)",
        ),
    ),
    integration_mutant(
        "adoption: requests that were taken over before",
        "test_adoption",
        "beside_ours",
        Edit(JUDGED_REQUESTS, "        when request.is_known then 'taken over before'\n"),
    ),
    integration_mutant(
        "adoption: names that name nobody",
        "test_adoption",
        "keeps_its_order",
        Edit(JUDGED_REQUESTS, "        when request.normalized_name is null then 'left out'\n"),
    ),
    integration_mutant(
        "adoption: one more try",
        "test_adoption",
        "keeps_its_order",
        Edit(ADOPT_REQUESTS, "least(request.attempts, 3)", "request.attempts"),
    ),
    integration_mutant(
        "adoption: a request waits since it was made",
        "test_adoption",
        "asked_before_what_ours_did",
        Edit(
            ADOPT_REQUESTS,
            "    least(request.created_at, now()),\n    request.created_at,",
            "    now(),\n    request.created_at,",
        ),
    ),
    integration_mutant(
        "adoption: an ambiguous id has no name",
        "test_adoption",
        "keeps_its_name or name_that_has_an_id",
        Edit(ADOPT_IDS, "            when bool_or(judged.why is not null) then 'ambiguous'\n"),
    ),
    integration_mutant(
        "adoption: one id on several names",
        "test_adoption",
        "keeps_its_name",
        Edit(
            JUDGED_IDS,
            "<> max(found.normalized_name) over (partition by found.temp_id)",
            "<> min(found.normalized_name) over (partition by found.temp_id)",
        ),
    ),
    integration_mutant(
        "adoption: several ids on one name",
        "test_adoption",
        "keeps_its_name",
        Edit(
            JUDGED_IDS,
            "<> max(found.temp_id) over (partition by found.normalized_name)",
            "<> min(found.temp_id) over (partition by found.normalized_name)",
        ),
    ),
    integration_mutant(
        "adoption: a name that has an id here",
        "test_adoption",
        "name_that_has_an_id",
        Edit(JUDGED_IDS, "        when same_name.temp_id <> found.temp_id then 'the name has another id here'\n"),
    ),
    integration_mutant(
        "adoption: published ids lift the counter",
        "test_adoption",
        "behind_the_highest_row",
        Edit(ADOPT_TABLES, "lift_counter(company_enrichment.highest_published_temp_number())", "lift_counter(0)"),
    ),
    integration_mutant(
        "adoption: the old counter",
        "test_adoption",
        "follows_the_old_counter",
        Edit("macros/adoption/adopt_counter.sql", "lift_counter(highest)", "lift_counter(0)"),
    ),
    integration_mutant(
        "adoption: a counter beyond INTEGER",
        "test_adoption",
        "fails_leaves_everything",
        Edit("macros/adoption/adopt_counter.sql", "highest > company_enrichment.highest_temp_number()", "false"),
    ),
    integration_mutant(
        "adoption: impossible ids",
        "test_adoption",
        "impossible",
        Edit(
            ADOPT_TABLES,
            "{%- do company_enrichment.refuse_impossible_temp_ids(\n    published,",
            "{%- do [].append(\n    published and",
        ),
    ),
    integration_mutant(
        "adoption: names that are taken",
        "test_adoption",
        "fails_leaves_everything",
        Edit(
            ADOPT_TABLES,
            "company_enrichment.refuse_taken_names(schema, [",
            "[].extend([",
        ),
    ),
    integration_mutant(
        "adoption: a plan is rolled back",
        "test_adoption",
        "says_what_it_would_do",
        Edit(ADOPT, 'run_query("rollback")', 'run_query("commit")'),
    ),
    integration_mutant(
        "adoption: no deployment over the predecessor",
        "test_adoption",
        "nothing_is_deployed",
        Edit(DEPLOY, "{%- do company_enrichment.refuse_predecessor_tables() -%}\n"),
    ),
    integration_mutant(
        "adoption: our counter is not the predecessor's",
        "test_adoption",
        "second_adoption",
        Edit(
            "macros/adoption/predecessor_tables.sql",
            "    'temp_id_sequence': \"not exists (select",
            "    'temp_id_sequence': \"true or not exists (select",
        ),
    ),
    integration_mutant(
        "adoption: undo puts the counter behind ours",
        "test_adoption",
        "undone",
        Edit(UNDO, "counter, company_enrichment.highest_published_temp_number()", "0, 0"),
    ),
    integration_mutant(
        "adoption: undo moves ours aside",
        "test_adoption",
        "undone",
        Edit(UNDO, "{%- if schema == target.schema -%}", "{%- if false -%}"),
    ),
    integration_mutant(
        "adoption: undo leaves a common counter in its place",
        "test_adoption",
        "stays_in_its_place",
        Edit(UNDO, "['temp_id_sequence'] if is_common else []", "[]"),
    ),
    integration_mutant(
        "adoption: undo moves models aside",
        "test_adoption",
        "moved_aside",
        Edit("macros/adoption/our_objects.sql", "    {%- do relations.append(node.alias) -%}\n"),
    ),
    integration_mutant(
        "adoption: two at once",
        "test_adoption",
        "two_adoptions",
        Edit(
            "macros/migrations/in_transaction.sql",
            "perform pg_advisory_xact_lock(",
            "perform (",
        ),
    ),
]
