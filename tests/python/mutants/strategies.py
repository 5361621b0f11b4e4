"""Guards of the incremental strategies."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant

MERGE = "macros/tables/merge_differences.sql"
APPEND = "macros/tables/get_incremental_append_sql.sql"
ONE_WRITER = "macros/tables/one_writer_at_a_time.sql"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "merge: on conflict",
        "test_incremental_strategies",
        "a_merge",
        Edit(
            MERGE,
            """on conflict ({{ keys | join(', ') }})
{%- if compared %} do update set
    {% for column in updated %}{{ column }} = excluded.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
where
    ({% for column in compared %}stored.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
    is distinct from ({% for column in compared %}excluded.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
{%- else %} do nothing
{%- endif %}
""",
        ),
    ),
    integration_mutant(
        "merge: unchanged rows are joined out",
        "test_incremental_strategies",
        "writes_no_row",
        Edit(MERGE, "    present.{{ keys[0] }} is null\n", "    true\n"),
    ),
    integration_mutant(
        "merge: unchanged rows are not updated",
        "test_incremental_strategies",
        "with_the_same_content",
        Edit(
            MERGE,
            "where\n    ({% for column in compared %}stored.",
            "where\n    true or ({% for column in compared %}stored.",
        ),
    ),
    integration_mutant(
        "append: on conflict",
        "test_incremental_strategies",
        "an_append",
        Edit(APPEND, "on conflict ({{ keys | join(', ') }}) do nothing\n"),
    ),
    integration_mutant(
        "append: one writer at a time",
        "test_incremental_strategies",
        "second_sees_what_the_first_has_decided",
        Edit(ONE_WRITER, "select {{ target.schema }}.hold_lock(", "select ("),
    ),
]
