"""The SQL of the ingestion: what a file changes is found by reading, and then written as it was found."""

from __future__ import annotations

# Two ingestions of a domain at once: the second waits, and then finds what the first has loaded.
LOCK = "select {schema}.hold_lock('ingestion of domain ' || %s)"

# The rules of a domain's columns compare codes as they are matched.
CODE_KEYS = "select code, {schema}.normalize_code(code) as key from unnest(%s::text[]) as given (code)"

# By the rule that the resolver has: a blank, a placeholder, a masked name.
NAMES_OF_NOBODY = """
select given.name
from unnest(%s::text[]) as given (name)
where {schema}.normalize_company_name(given.name) is null
"""

FILES_IN_FORCE = """
select content_hash, file_name, file_path, period, version, version_numbers
from {schema}.ingest_files
where domain = %s and superseded_at is null
"""

# What stands for {differs}: the record says something else, or was deleted.
DIFFERS = """(
    (
        stored.plan_code, stored.account_number, stored.customer_name, stored.account_name, stored.name_derived_from,
        stored.deleted_at
    ) is distinct from (
        incoming.plan_code, incoming.account_number, incoming.customer_name, incoming.account_name,
        incoming.name_derived_from, null
    )
)"""

COMPARE = """
select
    count(stored.record_id) as known,
    count(*) filter (where stored.record_id is not null and {differs}) as changed
from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    as incoming (record_id, plan_code, account_number, customer_name, account_name, name_derived_from)
left join {schema}.customer_records as stored on stored.record_id = incoming.record_id
"""

# A row that says the same is joined out: the update would lock and log it for nothing.
STORE = """
insert into {schema}.customer_records as stored (
    record_id, source_system, plan_code, account_number, customer_name, account_name, name_derived_from, source_file,
    source_row
)
select
    incoming.record_id, %s, incoming.plan_code, incoming.account_number, incoming.customer_name,
    incoming.account_name, incoming.name_derived_from, %s, incoming.source_row
from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::integer[])
    as incoming (
        record_id, plan_code, account_number, customer_name, account_name, name_derived_from, source_row
    )
left join {schema}.customer_records as stored on stored.record_id = incoming.record_id
where stored.record_id is null or {differs}
order by incoming.record_id
on conflict (record_id) do update set
    plan_code = excluded.plan_code,
    account_number = excluded.account_number,
    customer_name = excluded.customer_name,
    account_name = excluded.account_name,
    name_derived_from = excluded.name_derived_from,
    loaded_at = now(),
    deleted_at = null
"""

# Records that the files which are replaced had and this one has not: where else each is, and whether it is deleted
# already.
GONE = """
select
    member.record_id,
    stored.deleted_at is not null as is_deleted,
    array(
        select elsewhere.period from {schema}.ingest_period_records as elsewhere
        where elsewhere.record_id = member.record_id and elsewhere.period <> all(%s::text[])
    ) as other_periods
from {schema}.ingest_period_records as member
inner join {schema}.customer_records as stored on stored.record_id = member.record_id
left join unnest(%s::text[]) as incoming (record_id) on incoming.record_id = member.record_id
where member.domain = %s and member.period = any(%s::text[]) and incoming.record_id is null
order by member.record_id
"""

HAS_MEMBERS = """
select exists(
    select from {schema}.ingest_period_records where domain = %s and period = %s
) as has_members
"""

# The place of all files of the domain that had no month, where they had one place.
ONLY_PLACE_WITHOUT_PERIOD = """
select min(file_path) as place
from {schema}.ingest_files
where domain = %s and period is null
having count(distinct file_path) = 1 and count(file_path) = count(*)
"""

MOVE_MEMBERS = """
with moved as (
    delete from {schema}.ingest_period_records where domain = %s and period = %s returning record_id
)

insert into {schema}.ingest_period_records (domain, period, record_id)
select %s, %s, moved.record_id from moved
order by moved.record_id
on conflict (domain, period, record_id) do nothing
"""

MOVE_FILE = """
update {schema}.ingest_files
set file_name = %s, file_path = %s
where content_hash = %s and domain = %s
"""

ADD_MEMBERS = """
insert into {schema}.ingest_period_records (domain, period, record_id)
select %s, %s, incoming.record_id
from unnest(%s::text[]) as incoming (record_id)
order by incoming.record_id
on conflict (domain, period, record_id) do nothing
"""

REMOVE_MEMBERS = """
delete from {schema}.ingest_period_records
where domain = %s and period = %s and record_id = any(%s::text[])
"""

DELETE_RECORDS = """
update {schema}.customer_records
set deleted_at = now()
where record_id = any(%s::text[]) and deleted_at is null
"""

SUPERSEDE = """
update {schema}.ingest_files
set superseded_at = now()
where domain = %s and content_hash = any(%s::text[]) and superseded_at is null
"""

# A content that was superseded may come back, as a newer version.
RECORD_FILE = """
insert into {schema}.ingest_files (
    content_hash, domain, file_name, file_path, period, version, version_numbers,
    rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected, rows_passed_over, rows_deleted, key_version
) values (%s, %s, %s, %s, %s, %s, %s::integer[], %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (content_hash, domain) do update set
    file_name = excluded.file_name,
    file_path = excluded.file_path,
    period = excluded.period,
    version = excluded.version,
    version_numbers = excluded.version_numbers,
    rows_read = excluded.rows_read,
    rows_new = excluded.rows_new,
    rows_changed = excluded.rows_changed,
    rows_unchanged = excluded.rows_unchanged,
    rows_rejected = excluded.rows_rejected,
    rows_passed_over = excluded.rows_passed_over,
    key_version = excluded.key_version,
    rows_deleted = excluded.rows_deleted,
    loaded_at = now(),
    superseded_at = null
"""

FORGET_REJECTS = "delete from {schema}.ingest_rejects where content_hash = %s and domain = %s"

RECORD_REJECTS = """
insert into {schema}.ingest_rejects (content_hash, domain, line_no, reason)
select %s, %s, rejected.line_no, rejected.reason
from unnest(%s::integer[], %s::text[]) as rejected (line_no, reason)
"""
