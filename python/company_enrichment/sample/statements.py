"""What of a database is the sample's, as SQL; for sample_data.py."""

from __future__ import annotations

# A record that a file of somebody else has, too, is that file's: it stays.
RECORDS = """
select record.record_id, {schema}.normalize_company_name(record.customer_name) as name
from {schema}.customer_records as record
where
    record.record_id = any(%(record_ids)s)
    and record.source_file = any(%(file_names)s)
    and not exists (
        select
        from {schema}.ingest_period_records as member
        inner join {schema}.ingest_files as file on member.domain = file.domain and member.period = file.period
        where
            member.record_id = record.record_id
            and file.superseded_at is null
            and file.content_hash <> all(%(content_hashes)s)
    )
"""

# Names under which there are requests or answers and that no record but the sample's has.
NAMES = """
select name.name
from unnest(%(names)s::text[]) as name (name)
where not exists (
    select
    from {condition} as record
    where record.name = name.name and record.record_id <> all(%(records)s::text[])
)
"""
KEYS = "(select record_id, normalized_customer_name as name from {schema}.customer_record_keys)"
KEYS_OF_RECORDS = (
    "(select record_id, {schema}.normalize_company_name(customer_name) as name from {schema}.customer_records)"
)

# Of an older version, which did not note the table, an answer that found nothing may be any registry's: for a name that
# others have, too, it stays until it expires.
ANSWERS = """
select answer.answer_id
from {schema}.lookup_answers as answer
where
    answer.provider = 'registry'
    and case
        when answer.evidence ? 'table' then answer.evidence ->> 'table' = %(registry)s
        when answer.outcome = 'not_found' then answer.normalized_name = any(%(own_names)s::text[])
        else exists (
            select
            from unnest(%(company_ids)s::text[], %(company_names)s::text[]) as company (company_id, company_name)
            where
                (company.company_id, company.company_name) = (answer.company_id, answer.company_name)
                or answer.evidence -> 'candidates' @> jsonb_build_array(
                    jsonb_build_object('company_id', company.company_id, 'company_name', company.company_name))
        )
    end
"""

RESTS_ON = """
record_id = any(%(record_ids)s::text[])
and not exists (select from {schema}.customer_records as kept where kept.record_id = company_resolution.record_id)
or record_id = any(%(records)s::text[])
or answer_id = any(%(answers)s::bigint[])
or answer_id is not null
and not exists (select from {schema}.lookup_answers as kept where kept.answer_id = company_resolution.answer_id)
or mapping_load_id is not null
and exists (
    select
    from {schema}.landed_loads as load
    where load.load_id = company_resolution.mapping_load_id and load.source = 'seed:sample_mappings'
)
"""

# What the sample has put into each table: the table, what its rows are called, and which are the sample's.
PARTS: tuple[tuple[str, str, str], ...] = (
    ("customer_records", "customer records", "record_id = any(%(records)s::text[])"),
    ("ingest_files", "files taken in", "content_hash = any(%(content_hashes)s::text[]) and domain = %(domain)s"),
    ("company_mapping", "aliases in force", "source = 'seed:sample_mappings' and retired_at is null"),
    (
        "sample_mappings",
        "rows of the seed of mappings",
        "(match_type, alias, company_id) in"
        " (select * from unnest(%(match_types)s::text[], %(aliases)s::text[], %(alias_company_ids)s::text[]))",
    ),
    (
        "sample_registry",
        "companies of the sample registry",
        "(company_id, company_name) in (select * from unnest(%(company_ids)s::text[], %(company_names)s::text[]))",
    ),
    ("lookup_answers", "answers of registries", "answer_id = any(%(answers)s::bigint[])"),
    ("lookup_requests", "lookup requests", "normalized_name = any(%(own_names)s::text[])"),
    ("company_resolution", "results that rest on the sample", RESTS_ON),
)

QUICKLY_TOLD = ("customer_records", "company_mapping", "sample_registry")

# dbt applies the rest: the aliases are withdrawn by an undo of the seed's loads, the results by the next run.
DELETED_HERE = (
    "customer_records",
    "ingest_files",
    "sample_mappings",
    "sample_registry",
    "lookup_answers",
    "lookup_requests",
)

DELETE_BESIDE: tuple[tuple[str, str], ...] = (
    ("ingest_period_records", "domain = %(domain)s and record_id = any(%(records)s::text[])"),
    ("ingest_rejects", "content_hash = any(%(content_hashes)s::text[]) and domain = %(domain)s"),
    ("company_lookup_cache", "answer_id = any(%(answers)s::bigint[])"),
    ("company_resolution_changes", "record_id = any(%(records)s::text[])"),
)

IS_UNUSED = """
select not exists (
    select
    from pg_depend
    inner join pg_rewrite on pg_depend.classid = 'pg_rewrite'::regclass and pg_depend.objid = pg_rewrite.oid
    where pg_depend.refobjid = to_regclass(format('%%I.%%I', %(schema)s::text, %(table)s::text))
) as is_unused
"""

COUNT = "select count(*) filter (where {condition}) as of_sample, count(*) as rows from {schema}.{table}"
DELETE = "delete from {schema}.{table} where {condition}"
IS_EMPTY = "select not exists (select from {schema}.{table}) as is_empty"
IS_THERE = "select to_regclass(format('%%I.%%I', %(schema)s::text, %(table)s::text)) is not null as is_there"
DROP = "drop table {schema}.{table}"
IS_TAKEN_IN = (
    "select exists (select from {schema}.ingest_files where content_hash = any(%(content_hashes)s)) as is_taken_in"
)
