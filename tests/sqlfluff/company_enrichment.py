"""What the project's macros look like to sqlfluff, which has no database and no dbt.

Each gives SQL of the shape that the macro of the same name renders to.
"""


def best_answer_first(answer: str) -> str:
    """See macros/resolution/best_answer_first.sql."""
    return f"{answer}.answered_at desc, {answer}.answer_id desc"


def is_temporary_id(company_id: str) -> str:
    """See macros/resolution/is_temporary_id.sql."""
    return f"({company_id} ~ '^TEMP_')"


def last_change_first() -> str:
    """See macros/mapping/last_change_first.sql."""
    return "decided_at desc, line_no desc"


def matches_of(record_keys: str, id_column: str, company_mapping: str, company_lookup_cache: str) -> str:
    """See macros/resolution/matches_of.sql."""
    return (
        f"select record_keys.{id_column}\n    from {record_keys} as record_keys\n"
        f"    inner join {company_mapping} as by_name on record_keys.x = by_name.x\n"
        f"    inner join {company_lookup_cache} as by_lookup on record_keys.x = by_lookup.x"
    )


def name_match_types() -> str:
    """See macros/resolution/name_match_types.sql."""
    return "'name'"


def published_temp_ids() -> list[dict[str, str]]:
    """See macros/migrations/published_temp_ids.sql."""
    return [{"relation": '"facts"."sales"', "column": '"company_id"'}]


def quoted_match_types() -> str:
    """See macros/resolution/quoted_match_types.sql."""
    return "'name'"


def run_id() -> str:
    """See macros/runs/run_id.sql."""
    return "run"
