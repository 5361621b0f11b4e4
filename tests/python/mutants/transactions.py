"""Guards of transactions of Python."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

SERVICE = "python/company_enrichment/resolver/service.py"
DATABASE = "python/company_enrichment/database.py"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "transaction: refusal of an open one",
        "test_temporary_ids",
        "inside_a_transaction_of_the_caller",
        Edit(DATABASE, "    refuse_open_transaction(connection)\n"),
    ),
    integration_mutant(
        "transaction: refusal before anybody is asked",
        "test_service",
        "refused_before_anybody_is_asked",
        Edit(SERVICE, "            self._queue.check_can_commit()\n", "            pass\n"),
    ),
    integration_mutant(
        "transaction: savepoint",
        "test_lookup_queue",
        "joins_the_transaction or failing_enqueue",
        Edit(DATABASE, '        cursor.execute("savepoint company_enrichment")\n'),
        Edit(DATABASE, '            cursor.execute("rollback to savepoint company_enrichment")\n'),
        Edit(DATABASE, '            cursor.execute("release savepoint company_enrichment")\n', "            pass\n"),
    ),
    integration_mutant(
        "transaction: commit of an allocation",
        "test_temporary_ids",
        "committed_before_it_is_returned",
        Edit(DATABASE, "            connection.commit()\n"),
    ),
]
