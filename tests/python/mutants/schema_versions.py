"""Guards of the versions of the operational tables."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

QUEUE = "python/company_enrichment/lookups/queue.py"
LOADER = "python/company_enrichment/resolver/matches.py"
DATABASE = "python/company_enrichment/database.py"
DEPLOY = "macros/migrations/deploy_schema.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "unsuitable database: dbt",
        "test_name_rules_deployment",
        "refused_by_all",
        Edit(DEPLOY, "{%- do company_enrichment.refuse_unsuitable_database() -%}\n"),
    ),
    integration_mutant(
        "unsuitable database: commands",
        "test_name_rules_deployment",
        "refused_by_all",
        Edit(
            "python/company_enrichment/address.py",
            "            with own_transaction(connection) as cursor:\n"
            "                refuse_unsuitable_database(cursor)\n",
            "            pass\n",
        ),
    ),
    integration_mutant(
        "unsuitable database: resolver",
        "test_name_rules_deployment",
        "refused_by_all",
        Edit(LOADER, "                refuse_unsuitable_database(cursor)\n"),
    ),
    integration_mutant(
        "version: steps of older versions only",
        "test_schema_migrations",
        "next_version",
        Edit(
            "macros/migrations/deploy_objects.sql",
            "deployed.version if deployed and not missing else 0",
            "0 if deployed else 9",
        ),
        Edit("macros/migrations/deploy_objects.sql", "deployed and migration.version > deployed.version", "true"),
    ),
    integration_mutant(
        "version: a step is enough for a deployment",
        "test_schema_migrations",
        "next_version",
        Edit(
            "macros/migrations/deployment_plan.sql",
            "deployed.version == company_enrichment.schema_version()",
            "deployed.version > 0",
        ),
    ),
    integration_mutant(
        "version: a step is recorded",
        "test_schema_migrations",
        "next_version",
        Edit("macros/migrations/deploy_objects.sql", "        {%- do steps.append(migration.what) -%}\n"),
    ),
    integration_mutant(
        "version: steps again for a restored table",
        "test_schema_migrations",
        "older_dump",
        Edit("macros/migrations/deploy_objects.sql", "if deployed and not missing else", "if deployed else"),
    ),
    integration_mutant(
        "version: a newer one is refused by dbt",
        "test_schema_migrations",
        "next_version",
        Edit(DEPLOY, "{%- do company_enrichment.refuse_unknown_schema(deployed) -%}\n"),
    ),
    integration_mutant(
        "version: of before the first release, without numbers",
        "test_schema_migrations",
        "before_the_first_release",
        Edit(
            "macros/migrations/refuse_unknown_schema.sql",
            "    deployed.migration_number is not defined\n    or (",
            "    (",
        ),
    ),
    integration_mutant(
        "version: of before the first release, by its number",
        "test_schema_migrations",
        "before_the_first_release",
        Edit("macros/migrations/refuse_unknown_schema.sql", " and deployed.project_version == '0.1.0'", " and false"),
    ),
    integration_mutant(
        "version: of before the first release, in Python",
        "test_schema_migrations",
        "before_the_first_release",
        Edit(
            "python/company_enrichment/schema_version.py",
            "    to_jsonb(applied) ->> 'migration_number' is null\n    or ",
        ),
    ),
    integration_mutant(
        "version: refused by the queue",
        "test_schema_migrations",
        "once_and_at_every_claim",
        Edit(QUEUE, "                refuse_other_schema_version(cursor, self._schema)\n"),
    ),
    integration_mutant(
        "version: refused at every claim",
        "test_schema_migrations",
        "once_and_at_every_claim or old_worker",
        Edit(QUEUE, "            self._is_version_checked = False\n            with", "            with"),
    ),
    integration_mutant(
        "version: looked at once",
        "test_schema_migrations",
        "once_and_at_every_claim",
        Edit(QUEUE, "                self._is_version_checked = True\n"),
    ),
    integration_mutant(
        "version: what is claimed can be reported",
        "test_schema_migrations",
        "once_and_at_every_claim",
        Edit(
            QUEUE,
            "        with own_transaction(self._opened) as cursor:\n"
            "            cursor.execute(\n                composed(REPORT",
            "        with self._transaction(own_transaction) as cursor:\n"
            "            cursor.execute(\n                composed(REPORT",
        ),
    ),
    integration_mutant(
        "version: refused by the resolver",
        "test_schema_migrations",
        "once_and_at_every_claim",
        Edit(LOADER, "                refuse_other_schema_version(cursor, self._schema)\n"),
    ),
    integration_mutant(
        "version: refused by commands",
        "test_schema_migrations",
        "every_command",
        Edit(
            "python/company_enrichment/cli/environment.py",
            "            refuse_other_schema_version(cursor, sql.Identifier(environment.schema))\n",
            "            pass\n",
        ),
    ),
    integration_mutant(
        "version: refused by the main job before dbt",
        "test_schema_migrations",
        "every_command",
        Edit(
            "python/company_enrichment/cli/pipeline.py",
            "            refuse_newer_schema_version(cursor, sql.Identifier(schema))\n",
            "            pass\n",
        ),
    ),
    integration_mutant(
        "version: the main job migrates",
        "test_schema_migrations",
        "main_job_brings",
        Edit(
            "python/company_enrichment/cli/pipeline.py",
            "            refuse_newer_schema_version(cursor, sql.Identifier(schema))\n",
            "            refuse_other_schema_version(cursor, sql.Identifier(schema))\n",
        ),
    ),
    integration_mutant(
        "version: the newest row",
        "test_schema_migrations",
        "newest_row",
        Edit(
            "python/company_enrichment/schema_version.py",
            "order by {newest_first}\n",
            "order by applied.version desc\n",
        ),
    ),
    integration_mutant(
        "version: by the number, not by the clock",
        "test_schema_migrations",
        "set_back",
        Edit(
            "python/company_enrichment/schema_version.py",
            "(to_jsonb(applied) ->> 'migration_number')::bigint desc, applied.applied_at desc",
            "applied.applied_at desc",
        ),
    ),
    integration_mutant(
        "version: by the number, not by the clock: dbt",
        "test_schema_migrations",
        "set_back",
        Edit(
            "macros/migrations/newest_migration_first.sql",
            "(to_jsonb({{ applied }}) ->> 'migration_number')::bigint desc, ",
        ),
    ),
    integration_mutant(
        "version: a record is no deployment",
        "test_schema_migrations",
        "newest_row",
        Edit("python/company_enrichment/schema_version.py", "where applied.version > 0\n"),
    ),
]
