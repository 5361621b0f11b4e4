"""Guards of what our sessions and screens need: isolation, encoding, arrays, outages of the database, plain text."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

ADDRESS = "python/company_enrichment/address.py"
DATABASE = "python/company_enrichment/database.py"
WORKER = "python/company_enrichment/lookups/worker.py"
SESSION = "python/company_enrichment/lookups/session.py"
REGISTRY = "python/company_enrichment/lookups/providers/registry.py"
PRINTABLE = "python/company_enrichment/printable_text.py"
SESSIONS = "test_session_defaults"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "session: a transaction reads what others have committed",
        SESSIONS,
        "resolvers_at_once and transactions",
        Edit(DATABASE, "    connection.isolation_level = extensions.ISOLATION_LEVEL_READ_COMMITTED\n"),
    ),
    integration_mutant(
        "session: so does a statement in autocommit",
        SESSIONS,
        "resolvers_at_once and autocommit",
        Edit(DATABASE, "    return is_read_committed and defaults.reads_nulls\n", "    return defaults.reads_nulls\n"),
    ),
    integration_mutant(
        "session: a caller's isolation level is given back",
        SESSIONS,
        "as_it_was",
        Edit(DATABASE, "            connection.isolation_level = level\n"),
    ),
    integration_mutant(
        "session: NULL in an array is no word",
        SESSIONS,
        "word_null",
        Edit(
            DATABASE,
            '                if not reads_nulls:\n                    cursor.execute("set local array_nulls = on")\n',
        ),
    ),
    integration_mutant(
        "session: nor is it in autocommit",
        SESSIONS,
        "word_null and autocommit",
        Edit(DATABASE, "    return is_read_committed and defaults.reads_nulls\n", "    return is_read_committed\n"),
        Edit(
            DATABASE,
            '                if not reads_nulls:\n                    cursor.execute("set local array_nulls = on")\n',
        ),
    ),
    integration_mutant(
        "session: the encoding of a connection",
        SESSIONS,
        "main_job",
        Edit(ADDRESS, '                client_encoding="UTF8",\n'),
    ),
    integration_mutant(
        "session: the encoding of dbt",
        SESSIONS,
        "main_job",
        Edit("python/company_enrichment/dbt_runner.py", '        "PGCLIENTENCODING": "UTF8",\n'),
    ),
    integration_mutant(
        "session: plain dbt in another encoding",
        SESSIONS,
        "refuses_a_session",
        Edit("macros/migrations/refuse_unsuitable_database.sql", "{%- if encoding != 'UTF8' -%}", "{%- if false -%}"),
    ),
    integration_mutant(
        "session: ages are days of UTC",
        SESSIONS,
        "time_zone",
        Edit(
            "models/monitoring/temporary_id_ageing.sql",
            "cast(now() at time zone 'utc' as date) - cast(ledger.first_seen at time zone 'utc' as date)",
            "current_date - cast(ledger.first_seen as date) + cast(extract(hour from now()) as integer)",
        ),
    ),
    integration_mutant(
        "session: a lookup that a timeout cuts short is an outage",
        SESSIONS,
        "cuts_short",
        Edit(REGISTRY, "code == _LOCKED or code.startswith(_CLASSES_OF_LOAD)", "False"),
    ),
    integration_mutant(
        "session: a registry that fails on a row is no lost database",
        "test_registry_outage",
        "row_that_fails",
        Edit(
            "python/company_enrichment/database.py",
            '    return code is None or code.startswith(("08", "57P"))\n',
            '    return code is None or not code.startswith("42")\n',
        ),
    ),
    integration_mutant(
        "session: a DSN that cannot be read is not repeated",
        SESSIONS,
        "repeats_a_part",
        Edit(
            ADDRESS,
            "    except psycopg2.ProgrammingError:\n        raise Conf",
            "    except KeyError:\n        raise Conf",
        ),
    ),
    integration_mutant(
        "session: a DSN that was misread is not repeated",
        SESSIONS,
        "repeats_a_part",
        Edit(ADDRESS, "        if misread:\n", "        if False:\n"),
    ),
    integration_mutant(
        "session: what a caller's function says is not repeated",
        SESSIONS,
        "repeats_a_part",
        Edit(
            ADDRESS,
            "_without_quoted_parts(first_line_of(error))",
            "first_line_of(error)",
        ),
    ),
    integration_mutant(
        "worker: a database that takes no writes, at the start",
        "test_worker",
        "takes_no_writes and starts",
        Edit(SESSION, "                refuse_read_only_database(cursor)\n", "                pass\n"),
        Edit(
            WORKER,
            "and not isinstance(error, DatabaseReadOnlyError):\n                    # There",
            ":\n                    # There",
        ),
    ),
    integration_mutant(
        "worker: a database that takes no writes any more",
        "test_worker",
        "takes_no_writes and work",
        Edit(
            WORKER,
            "if self._session.is_connected() and not isinstance(error, DatabaseReadOnlyError):",
            "if self._session.is_connected():",
        ),
    ),
    integration_mutant(
        "printed: whatever a console is given",
        "test_printed_text",
        "every_screen",
        Edit(PRINTABLE, "    return _UNPRINTABLE.sub(_written_out, str(text))\n", "    return str(text)\n"),
    ),
    integration_mutant(
        "printed: a message of the log",
        "test_printed_text",
        "message_of_the_log",
        Edit(PRINTABLE, "return printable(super().formatMessage(record))", "return super().formatMessage(record)"),
    ),
    integration_mutant(
        "printed: cells of a resolved file",
        "test_printed_text",
        "resolved_file",
        Edit(
            "python/company_enrichment/resolver/resolve_file.py",
            "writer.writerow(map(defused, [*cells, *(resolved[column] for column in _RESULT_COLUMNS)]))",
            "writer.writerow([*cells, *(resolved[column] for column in _RESULT_COLUMNS)])",
        ),
    ),
    unit_mutant(
        "printed: a file of ours reads back",
        "test_spreadsheet_csv",
        "reads_back",
        Edit("python/company_enrichment/files/spreadsheet_csv.py", "return cell[1:] if", "return cell if"),
    ),
]
