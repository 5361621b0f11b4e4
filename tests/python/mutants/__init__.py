"""Removes one guard of the code at a time and looks whether a test notices.

Each mutant is a copy of the repository with one change, in which only the tests run that must fail. A mutant
that they let pass has survived: the guard may be lost tomorrow, and nobody will know. The modules of this
package hold the mutants, one module a subject.

    make mutants                    all of them
    make mutants OF="sequence"      those with one of these words in their name or whose module has that name

Not among them, because their loss shows only by chance:

- ORDER BY of the insert in enqueue_names and of both strategies: two writers that insert the same keys in
  opposite orders wait for each other in a circle only when they meet at the right instant;
- the list of white space in folded_text(): [:space:] of some databases holds all of it;
- the advisory lock of in_transaction(): two migrations at once hardly ever read the old layout both;
- in_transaction() asking again whether hold_lock() is there: only a third of three first deployments would notice.
"""
