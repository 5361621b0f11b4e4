"""Checks of what dbt has deployed: the version, the name rules, lost tables, the last run, the sample."""

from __future__ import annotations

import json
from typing import Any

import psycopg2
from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.dbt_runner import run_dbt
from company_enrichment.errors import (
    CompanyEnrichmentError,
    SchemaNotDeployedError,
    SchemaVersionError,
    UnreleasedSchemaError,
)
from company_enrichment.health.findings import Finding, first_sentence, listed, ok, problem, warning
from company_enrichment.name_rules import read_name_rules
from company_enrichment.sample.data import describe_sample
from company_enrichment.schema_version import SCHEMA_VERSION, deployed_version, refuse_other_schema_version
from company_enrichment.settings import uses_sample

_REKEY = "dbt run-operation rekey_company_names"
_STATE = "deployment_state: "

_LOST_TABLES = """
select distinct recorded.table_name as name
from {schema}.schema_parts as recorded
where to_regclass(format('%%I.%%I', %(schema)s::text, recorded.table_name)) is null
order by recorded.table_name
"""

_NEWEST_RUN = """
select
    newest.run_id, newest.status, newest.started_at, newest.finished_at, newest.records,
    newest.lease_until > clock_timestamp() as holds_lease
from {schema}.enrichment_runs as newest
order by newest.started_at desc
limit 1
"""


def check_version(connection: extensions.connection, schema: str) -> Finding:
    """Compare the version of the deployed tables with the one that this package works with."""
    try:
        with joined_transaction(connection) as cursor:
            refuse_other_schema_version(cursor, sql.Identifier(schema))
    except SchemaNotDeployedError as error:
        adopts = "predecessor" in str(error)
        arguments = f"{{schema: {schema}}}"
        command = f"dbt run-operation adopt --args '{arguments}'" if adopts else "dbt run"
        # Of an empty database the error names a table, in the server's words.
        is_empty = isinstance(error.__cause__, psycopg2.Error)
        message = f"Nothing is deployed to schema {schema}" if is_empty else first_sentence(error)
        return problem("deployed version", message, command)
    except UnreleasedSchemaError as error:
        return problem("deployed version", first_sentence(error), "export WDH_DATABASE__SCHEMA=another_schema")
    except SchemaVersionError as error:
        with joined_transaction(connection) as cursor:
            is_newer = deployed_version(cursor, sql.Identifier(schema)) > SCHEMA_VERSION
        command = "pip install --upgrade company-enrichment" if is_newer else "dbt run-operation migrate"
        return problem("deployed version", first_sentence(error), command)
    return ok("deployed version", f"{SCHEMA_VERSION}, the one that this package works with")


def check_lost_tables(connection: extensions.connection, schema: str) -> Finding:
    """Look for operational tables that were deployed and are not there any more."""
    with joined_transaction(connection) as cursor:
        cursor.execute(sql.SQL(_LOST_TABLES).format(schema=sql.Identifier(schema)), {"schema": schema})
        lost = [as_mapping(row, ("name",))["name"] for row in cursor.fetchall()]
    if lost:
        message = f"{listed(lost)}: lost since the last deployment. Restore it, or create it empty"
        return problem("operational tables", message, "dbt run-operation migrate --args '{execute: true}'")
    return ok("operational tables", "every table is there")


def check_characters(connection: extensions.connection, schema: str) -> Finding:
    """Compare how the name rules behave in the database now with how they did when keys were stored."""
    rules = read_name_rules(connection, schema)
    if rules.has_changed:
        message = (
            f"the database's idea of letters has changed: the rules were deployed as {rules.deployed} and behave as "
            f"{rules.present} now; a name may miss its stored key"
        )
        return problem("name rules", message, _REKEY)
    return ok("name rules", f"version {rules.present}")


def check_project_against_database() -> list[Finding]:
    """Have dbt compare its project with the deployment: waiting name rules, lost parts of tables, other differences.

    The operation reads only, in a transaction in which the database refuses every write.
    """
    try:
        output = run_dbt(["run-operation", "company_enrichment.deployment_state"])
    except CompanyEnrichmentError as error:
        said = [line for line in str(error).splitlines() if line.strip()]
        return [warning("project and database", f"dbt could not compare them: {said[-1].strip()}", "dbt debug")]
    line = next((line for line in output.splitlines() if line.startswith(_STATE)), None)
    if line is None:
        return [warning("project and database", "dbt did not say how they compare", "dbt debug")]
    return _compared(json.loads(line.removeprefix(_STATE)))


def _compared(state: dict[str, Any]) -> list[Finding]:
    findings = []
    if state["name_rules_wait"]:
        message = "changed rules of the project wait: keys made by the old ones are stored, which stay in force"
        findings.append(warning("name rules", message, _REKEY))
    # Lost tables are found without dbt, too.
    parts = [f"{part['kind']} {part['part_name']} of {part['table_name']}" for part in state["lost_parts"]]
    if parts:
        findings.append(problem("parts of tables", f"lost since the last deployment: {listed(parts)}", "dbt run"))
    if state["is_behind"] and not findings:
        message = "the project has changed since its last deployment; the next run deploys it"
        findings.append(warning("project and database", message, "dbt run-operation migrate"))
    return findings or [ok("project and database", "what is deployed is what the project has")]


def check_last_run(connection: extensions.connection, schema: str) -> Finding:
    """Say how the newest run ended, or that it is at work."""
    columns = ("run_id", "status", "started_at", "finished_at", "records", "holds_lease")
    with joined_transaction(connection) as cursor:
        cursor.execute(sql.SQL(_NEWEST_RUN).format(schema=sql.Identifier(schema)))
        row = cursor.fetchone()
    if row is None:
        return warning("last run", "no run was ever begun", "company-enrichment run")
    run = as_mapping(row, columns)
    named = f"{run['run_id']}, begun {run['started_at']:%Y-%m-%d %H:%M:%S %Z}"
    if run["finished_at"] is None:
        if run["holds_lease"]:
            return ok("last run", f"{named}, is running")
        return warning("last run", f"{named}, has not finished, and is not running any more", "dbt run")
    ended = f"{named}, ended {run['finished_at']:%Y-%m-%d %H:%M:%S %Z}"
    if run["status"] != "success":
        return problem("last run", f"{ended}, failed", "dbt run")
    return ok("last run", f"{ended}, success, {run['records'] or 0:,} records")


def check_sample(connection: extensions.connection, schema: str) -> Finding:
    """Say whether invented customers of the sample are in the database."""
    described = describe_sample(connection, schema)
    if described is None:
        return ok("sample", "nothing of it is in this database")
    message = described.partition(". `")[0]
    if uses_sample():
        return ok("sample", message)
    return warning("sample", message, "company-enrichment sample remove")
