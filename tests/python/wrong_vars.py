"""What each var must not be, and what is said of it."""

from __future__ import annotations

from typing import Any

DAYS = [
    ("thirty", 'must be a whole number from 0 to 36500, not "thirty"'),
    ("30", 'not "30", which is a text: leave the quotes out'),
    (True, "must be a whole number from 0 to 36500, not true"),
    (1.5, "not 1.5"),
    (-1, "not -1"),
    (10**12, "not 1000000000000"),
    (None, "not null"),
    (float("nan"), "not nan"),
]
WORDS = [
    ("sample", 'must be a list, in square brackets or with a dash before each entry, not "sample"'),
    ({"a": "b"}, "must be a list"),
    ([0], "entry 1 of {name} must be a text of 1 to 500 characters, not blank, not 0"),
    (["a", "  "], 'entry 2 of {name} must be a text of 1 to 500 characters, not blank, not "  "'),
    (["a", None], "entry 2 of {name} must be a text"),
    (["x" * 501], "entry 1 of {name} must be a text of 1 to 500 characters"),
    (["a\0b"], "PostgreSQL stores no NUL character"),
    (None, "must be a list"),
]
MATCH_TYPE = {"match_type": "plan", "record_key": "plan_code"}
RELATION = {"ref": "sample_registry", "columns": {"record_id": "company_id"}}
WRONG: dict[str, list[tuple[Any, str]]] = {
    "match_types": [
        ([], "match_types must have at least 1 of its entries"),
        ("plan", 'match_types must be a list, in square brackets or with a dash before each entry, not "plan"'),
        (["plan"], "entry 1 of match_types must be a dictionary of match_type, record_key"),
        ([MATCH_TYPE, MATCH_TYPE], 'entry 2 of match_types must differ from those before it, and is again "plan"'),
        (
            [MATCH_TYPE | {"record_key": "customer_name"}],
            "record_key of entry 1 of match_types must be one of plan_code",
        ),
        ([{"match_type": "plan"}], "record_key of entry 1 of match_types is missing"),
        ([MATCH_TYPE | {"priority": 1}], 'entry 1 of match_types has no "priority", only match_type, record_key'),
        ([MATCH_TYPE | {"match_type": "it's"}], "match_type of entry 1 of match_types must be a name of 1 to 60"),
        ([MATCH_TYPE | {"match_type": "a b"}], "match_type of entry 1 of match_types must be a name of 1 to 60"),
        ([MATCH_TYPE | {"match_type": "x" * 61}], "match_type of entry 1 of match_types must be a name of 1 to 60"),
        ([MATCH_TYPE | {"match_type": "lookup"}], "match_type of entry 1 of match_types must be a name of 1 to 60"),
    ],
    "name_placeholders": WORDS,
    "more_name_placeholders": WORDS,
    "company_id_placeholders": WORDS,
    "published_temp_id_limit": [
        ("many", 'must be a whole number from 0 to 2147483647, not "many"'),
        (-1, "not -1"),
        (2**31, "not 2147483648"),
        (True, "not true"),
    ],
    "name_status_markers": WORDS,
    "name_account_suffixes": WORDS,
    "name_attached_suffixes": WORDS,
    "name_protected_names": WORDS,
    "name_maximum_length": [
        (0, "(a longer key fits no index), not 0"),
        (601, "must be a whole number from 1 to 600 (a longer key fits no index), not 601"),
    ],
    "company_legal_forms": [
        (["ltd"], "company_legal_forms must be a dictionary"),
        ({"ltd": "limited"}, '"ltd" of company_legal_forms must be a list'),
        ({"ltd": [7]}, 'entry 1 of "ltd" of company_legal_forms must be a text'),
        ({7: []}, "the key 7 of company_legal_forms must be a text"),
    ],
    "company_regions": WORDS,
    "company_branch_words": WORDS,
    "mapping_seeds": [
        ("sample_mappings", "mapping_seeds must be a list"),
        (["sample_mappings", "sample_mappings"], "entry 2 of mapping_seeds must differ from those before it"),
        ([7], "entry 1 of mapping_seeds must be the name of a seed, not 7"),
    ],
    "mapping_source_priority": [
        ("curated", "mapping_source_priority must be a list"),
        (["curated", "other", "curated"], "entry 3 of mapping_source_priority must differ from those before it"),
        ([""], "entry 1 of mapping_source_priority must be the name of a source of mappings"),
    ],
    "customer_records_relation": [
        ("customers", "customer_records_relation must be a dictionary of ref, source, columns, changed_at, overlap"),
        (
            RELATION | {"overlap": "30 parsecs", "changed_at": "x"},
            "overlap of customer_records_relation must be an interval",
        ),
        (RELATION | {"overlap": -1, "changed_at": "x"}, "overlap of customer_records_relation must be an interval"),
        (RELATION | {"overlap": "1 hour"}, "needs changed_at and overlap together"),
        ({"ref": "sample_registry"}, "customer_records_relation needs columns, with a record_id"),
        (RELATION | {"source": ["a", "b"]}, "needs either ref, the name of a model, seed or snapshot, or source"),
        ({"columns": {"record_id": "a"}, "source": ["a"]}, "source of customer_records_relation must have at least 2"),
        (RELATION | {"columns": {"record_id": "a", "name": "b"}}, 'columns of customer_records_relation has no "name"'),
        (RELATION | {"columns": {"record_id": 1}}, "must be one SQL expression"),
        (RELATION | {"columns": {"record_id": "a)"}}, "must be one SQL expression"),
        (RELATION | {"columns": {"record_id": "a -- b"}}, "must be one SQL expression"),
        (RELATION | {"columns": {"record_id": "'a"}}, "must be one SQL expression"),
        (RELATION | {"columns": {"record_id": "a; b"}}, "must be one SQL expression"),
        (RELATION | {"columns": {"record_id": "(a"}}, "must be one SQL expression"),
    ],
    "found_refresh_days": DAYS,
    "not_found_retry_days": DAYS,
    "failed_retry_days": DAYS,
    "temporary_id_block_size": [
        (0, "from 1 to 1000000, not 0"),
        (-1, "not -1"),
        ("many", 'not "many"'),
        (10**9, "not 1000000000"),
    ],
    "published_temp_ids": [
        ({"relation": "a.b", "column": "c"}, "published_temp_ids must be a list"),
        (["a.b"], "entry 1 of published_temp_ids must be a dictionary of relation, column, name_column"),
        ([{"relation": "a.b"}], "column of entry 1 of published_temp_ids is missing"),
        (
            [{"relation": "b", "column": "c"}],
            "relation of entry 1 of published_temp_ids must be a name as schema.table",
        ),
        (
            [{"relation": "a.b.c", "column": "c"}],
            "relation of entry 1 of published_temp_ids must be a name as schema.table",
        ),
        (
            [{"relation": "a.b", "column": 5}],
            "column of entry 1 of published_temp_ids must be the name of a column, not 5",
        ),
        ([{"relation": "a.b", "column": "c", "name": "d"}], 'entry 1 of published_temp_ids has no "name"'),
    ],
    "run_wait_seconds": [
        (-1, "from 0 to 86400, not -1"),
        ("soon", 'not "soon"'),
        (True, "not true"),
        (10**6, "not 1000000"),
    ],
    "run_lease_minutes": [(0, "from 1 to 43200, not 0"), ("30", "leave the quotes out"), (None, "not null")],
    "request_age_warning_hours": [
        (-1, "must be a number from 0 to 876000, or null, not -1"),
        (float("inf"), "not inf"),
        ("24", "leave the quotes out"),
        (False, "not false"),
    ],
    "coverage_drop_warning": [
        (1.5, "must be a number from 0 to 1, or null, not 1.5"),
        (float("nan"), "not nan"),
        ("2 %", 'not "2 %"'),
    ],
    "lookup_prices": [
        ([0.5], "lookup_prices must be a dictionary"),
        ({"eqc": "0.5"}, '"eqc" of lookup_prices must be a number from 0 to 1000000000, not "0.5"'),
        ({"eqc": -1}, '"eqc" of lookup_prices must be a number'),
        ({"eqc": None}, '"eqc" of lookup_prices must be a number'),
        ({"eqc": float("nan")}, '"eqc" of lookup_prices must be a number'),
    ],
    # A text that is not empty is true, "false", too.
    "compare_everything": [
        ("false", 'compare_everything must be true or false, not "false"'),
        ("yes", 'not "yes"'),
        (1, "not 1"),
        (None, "not null"),
    ],
    "migration_lock_timeout": [
        ("30 parsecs", 'must be a time from 1ms to 99h with its unit, like 30s or 5min, not "30 parsecs"'),
        (30, "not 30"),
        ("30", 'not "30"'),
        ("0s", 'not "0s"'),
        ("-1s", 'not "-1s"'),
        ("1s'; drop schema enterprise; --", "must be a time from 1ms"),
    ],
}
