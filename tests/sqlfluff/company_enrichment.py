"""What the project's macros look like to sqlfluff, which has no database and no dbt.

Each gives SQL of the shape that the macro of the same name renders to.
"""


def affected_record_keys(record_keys: str, *tables: str | None) -> str:
    """See macros/resolution/affected_record_keys.sql."""
    return f"select * from {record_keys}"


def aliases_in_force(
    mapping_changes: str, corrected_aliases: str, company_id_corrections: str, of_keys: str | None = None
) -> str:
    """See macros/mapping/aliases_in_force.sql."""
    return (
        f"select named.*\n    from {mapping_changes} as named\n"
        f"    left join {corrected_aliases} as held on named.x = held.x\n"
        f"    left join {company_id_corrections} as replaced on named.x = replaced.x"
    )


def alias_history_changes(company_mapping: str, history: str | None, since: str | None = None) -> str:
    """See macros/mapping/alias_history_changes.sql."""
    return f"select alias.*\nfrom {company_mapping} as alias"


def answer_expires_at(answer: str) -> str:
    """See macros/lookups/answer_expires_at.sql."""
    return f"{answer}.answered_at"


def best_answer_first(answer: str) -> str:
    """See macros/lookups/best_answer_first.sql."""
    return f"{answer}.answered_at desc, {answer}.answer_id desc"


def best_answers(answers: str, corrected_aliases: str, company_id_corrections: str, of_names: str | None = None) -> str:
    """See macros/lookups/best_answers.sql."""
    return aliases_in_force(answers, corrected_aliases, company_id_corrections)


def claims_of_undone_loads(repair_id: str, mapping_changes: str, *tables: str) -> str:
    """See macros/mapping/undo/claims_of_undone_loads.sql."""
    return f"select missing.*\n    from {mapping_changes} as missing\n    where missing.load_id = {repair_id}"


def company_aliases(
    mapping_changes: str, corrected_aliases: str, company_id_corrections: str, of_keys: str | None = None
) -> str:
    """See macros/mapping/company_aliases.sql."""
    return aliases_in_force(mapping_changes, corrected_aliases, company_id_corrections)


def count_of_repeats(load_id: str) -> str:
    """See macros/mapping/repeats/count_of_repeats.sql."""
    return f"select count(*) as lines from repeats where load_id = {load_id}"


def counts_of_load(change: str) -> str:
    """See macros/mapping/counts_of_load.sql."""
    return f"count({change}.x) as x"


def crosswalk_changes(crosswalk: str | None, *tables: str, since: str | None = None) -> str:
    """See macros/resolution/crosswalk/crosswalk_changes.sql."""
    return f"select first.*\nfrom {tables[0]} as first"


def current_company_id(company_id: str) -> str:
    """See macros/resolution/current_company_id.sql."""
    return f"coalesce({company_id})"


def customer_name_match_types() -> str:
    """See macros/resolution/customer_name_match_types.sql."""
    return "array['name']"


def customer_records_relation() -> dict[str, str] | None:
    """See macros/records/customer_records_relation.sql."""
    return None


def has_read(model: str, relation: str) -> str:
    """See macros/tables/has_read.sql."""
    return (
        f"{relation}.changed_in < (\n    select noted.watermark\n    from model_watermarks as noted\n"
        f"    where noted.model = '{model}'\n)"
    )


def limit_of_empty_run() -> str:
    """See macros/dbt_commands/limit_of_empty_run.sql."""
    return ""


def is_changed(relation: str, since: str | None) -> str:
    """See macros/tables/is_changed.sql."""
    return f"{relation}.changed_in >= '{since}'::xid8"


def is_part_of_names(text: str) -> str:
    """See macros/normalization/is_part_of_names.sql."""
    return f"{text} ~ 'x'"


def is_temporary_id(company_id: str) -> str:
    """See macros/temporary_ids/is_temporary_id.sql."""
    return f"({company_id} ~ '^TEMP_')"


def judged_temp_ids(found: str, ledger: str) -> str:
    """See macros/adoption/judged_temp_ids.sql."""
    return (
        f"select\n        found.*,\n        same_id.normalized_name as why\n    from {found} as found\n"
        f"    left join {ledger} as same_id on found.temp_id = same_id.temp_id"
    )


def mapping_conflicts(mapping_changes: str, company_mapping: str, landed_loads: str, *tables: str) -> str:
    """See macros/mapping/conflicts/mapping_conflicts.sql."""
    return (
        f"select conflicts.*\n    from {mapping_changes} as conflicts\n"
        f"    inner join {company_mapping} as alias on conflicts.x = alias.x\n"
        f"    left join {landed_loads} as loads on conflicts.x = loads.x"
    )


def mapping_decisions(  # noqa: PLR0917 - as the macro
    records: str,
    loads: str,
    corrected_aliases: str,
    company_id_corrections: str,
    mapping_changes: str,
    since: str | None = None,
) -> str:
    """See macros/mapping/decisions/mapping_decisions.sql."""
    joined = [loads, corrected_aliases, company_id_corrections, mapping_changes]
    return f"select records.*\n    from {records} as records" + "".join(
        f"\n    inner join {relation} as joined_{number} on records.x = joined_{number}.x"
        for number, relation in enumerate(joined)
    )


def mapping_seeds() -> list[str]:
    """See macros/mapping/mapping_seeds.sql."""
    return ["sample_mappings"]


def resolution_rule(record_keys: str, id_column: str, company_mapping: str, company_lookup_cache: str) -> str:
    """See macros/resolution/resolution_rule.sql."""
    return (
        f"select record_keys.{id_column}\n    from {record_keys} as record_keys\n"
        f"    inner join {company_mapping} as by_name on record_keys.x = by_name.x\n"
        f"    inner join {company_lookup_cache} as by_lookup on record_keys.x = by_lookup.x"
    )


def name_match_types() -> str:
    """See macros/resolution/name_match_types.sql."""
    return "'name'"


def price_per_lookup(provider: str) -> str:
    """See macros/settings/price_per_lookup.sql."""
    return f"cast(case {provider} when 'eqc' then 0.5 end as numeric)"


def no_company() -> str:
    """See macros/mapping/no_company.sql."""
    return "x"


def no_mapping_changes() -> str:
    """See macros/mapping/no_mapping_changes.sql."""
    return "(select 1 as x where false)"


def published_temp_ids() -> list[dict[str, str]]:
    """See macros/migrations/published_temp_ids.sql."""
    return [{"relation": '"facts"."sales"', "column": '"company_id"'}]


def quoted(text: str) -> str:
    """See macros/quoting/quoted.sql."""
    return f"'{text}'"


def quoted_match_types() -> str:
    """See macros/resolution/quoted_match_types.sql."""
    return "'plan', 'name'"


def records_of_relation(given: dict[str, str]) -> str:
    """See macros/records/records_of_relation.sql."""
    return f"select given.*\nfrom {given} as given"


def records_since() -> str:
    """See macros/records/records_since.sql."""
    return "1"


def remark_at(end: str) -> str:
    """See macros/normalization/remark_at.sql."""
    return f"'{end}'"


def replaces(correction: str) -> str:
    """See macros/corrections/replaces.sql."""
    return f"({correction}.undone_by is null)"


def record_matches(record_keys: str, company_mapping: str, company_lookup_cache: str, ledger: str) -> str:
    """See macros/resolution/record_matches.sql."""
    tables = (record_keys, company_mapping, company_lookup_cache, ledger)
    return "\nunion all\n".join(f"select read.*\nfrom {table} as read" for table in tables)


def resolution_changes(company_resolution: str, changes: str | None, since: str | None = None) -> str:
    """See macros/resolution/resolution_changes.sql."""
    return f"select resolution.*\nfrom {company_resolution} as resolution"


def resolution_of(record_matches: str) -> str:
    """See macros/resolution/resolution_of.sql."""
    return f"select resolution.*\nfrom {record_matches} as resolution"


def run_id() -> str:
    """See macros/runs/run_id.sql."""
    return "run"


def standing_claims(mapping_changes: str, of_keys: str | None = None, of_sources: str | None = None) -> str:
    """See macros/mapping/standing_claims.sql."""
    return (
        f"select change.*\n    from {mapping_changes} as change\n"
        f"    inner join {of_keys or of_sources} as of_keys on change.x = of_keys.x"
    )


def watermark() -> str:
    """See macros/tables/watermark.sql."""
    return "1"


def warning_limit(name: str) -> str:
    """See macros/settings/warning_limit.sql."""
    return "cast(24 as numeric)"
