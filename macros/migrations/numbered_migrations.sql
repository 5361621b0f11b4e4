{% macro numbered_migrations(from_version) %}
{#-
  What has to be done to tables of an older version, beyond the DDL of schema_objects(), which creates what is missing:
  a list of {version, what, statements}, in order. Every entry does nothing where its table is missing or has no need
  of it, and reads no other table than its own.

  Called by a deployment in its transaction, before the DDL: an index may need its rows folded first.

    for migration in company_enrichment.numbered_migrations(deployed.version if deployed else 0):
        for statement in migration.statements: run_query(statement)

  migration.what goes into the column steps of the deployment's row in schema_migrations.

  Argument
    from_version  the version that the database has; 0 where nothing was deployed
-#}
{%- set requests = target.schema ~ '.lookup_requests' -%}
{%- set crosswalk = target.schema ~ '.company_id_crosswalk' -%}
{%- set answers = target.schema ~ '.lookup_answers' -%}
{%- set files = target.schema ~ '.ingest_files' -%}
{%- set changes = target.schema ~ '.mapping_changes' -%}
{%- set unusable_answers -%}
alter table if exists {{ answers }} drop constraint if exists lookup_answers_outcome_check;
alter table if exists {{ answers }} add constraint lookup_answers_outcome_check
    check (outcome in ('found', 'not_found', 'not_accepted', 'unusable'))
{%- endset -%}
{%- set rows_passed_over -%}
alter table if exists {{ files }} add column if not exists rows_passed_over integer not null default 0;
alter table if exists {{ files }} drop constraint if exists ingest_files_check;
alter table if exists {{ files }} add constraint ingest_files_check
    check (rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected + rows_passed_over)
{%- endset -%}
{%- set migrations = [
    {
        'version': 3,
        'what': 'let to_company_id of company_id_crosswalk be NULL: an id may have become nobody\'s',
        'statements': [
            "do $body$ begin if exists (select from pg_attribute inner join pg_class on pg_class.oid = attrelid where attrelid = to_regclass('"
            ~ crosswalk ~ "') and relkind = 'r' and attname = 'to_company_id' and attnotnull) then"
            ~ " alter table " ~ crosswalk ~ " alter column to_company_id drop not null; end if; end $body$",
        ],
    },
    {
        'version': 3,
        'what': 'fold open lookup requests of one name into the oldest of them',
        'statements': [
            "do $body$ begin if to_regclass('" ~ requests ~ "') is not null then"
            ~ " update " ~ requests ~ " as folded set status = 'done', last_error = 'Folded into request ' || duplicates.oldest_id"
            ~ " || ', which asks for the same name', claimed_by = null, lease_until = null, finished_at = now(), updated_at = now()"
            ~ " from (select id, first_value(id) over (partition by normalized_name order by created_at, id) as oldest_id"
            ~ " from " ~ requests ~ " where finished_at is null) as duplicates"
            ~ " where duplicates.id = folded.id and duplicates.oldest_id <> folded.id; end if; end $body$",
        ],
    },
    {
        'version': 3,
        'what': 'drop the index lookup_requests_failed: a claim would have to write to it',
        'statements': ["drop index if exists " ~ target.schema ~ ".lookup_requests_failed"],
    },
    {
        'version': 4,
        'what': 'add the column reason to company_id_crosswalk: the model reads it from itself',
        'statements': ["alter table if exists " ~ crosswalk ~ " add column if not exists reason text"],
    },
    {
        'version': 5,
        'what': 'let aliases be retired, and number loads and claims: who has claimed a key owns the claim that is in force',
        'statements': [
            "alter table if exists " ~ target.schema ~ ".company_mapping add column if not exists retired_at timestamptz",
            "do $body$ begin if to_regclass('" ~ changes ~ "') is not null then"
            ~ " drop index if exists " ~ target.schema ~ ".mapping_changes_match_type_alias_name_idx;"
            ~ " alter table " ~ changes ~ " add column if not exists rule text, add column if not exists previous_source text,"
            ~ " add column if not exists claim text, add column if not exists load_number bigint,"
            ~ " add column if not exists claim_number bigint;"
            ~ " with loads as (select load_id, dense_rank() over (order by min(decided_at), min(load_landed_at), load_id) as load_number"
            ~ " from " ~ changes ~ " group by load_id)"
            ~ " update " ~ changes ~ " as change set load_number = loads.load_number,"
            ~ " claim = case when outcome in ('inserted', 'updated') then 'made' end,"
            ~ " claim_number = case when outcome in ('inserted', 'updated') then loads.load_number end"
            ~ " from loads where loads.load_id = change.load_id and change.load_number is null;"
            ~ " alter table " ~ changes ~ " alter column load_number set not null; end if; end $body$",
        ],
    },
    {
        'version': 6,
        'what': 'make dead letters of the lookups that have failed for good',
        'statements': [
            "do $body$ begin if to_regclass('" ~ requests ~ "') is not null then"
            ~ " alter table " ~ requests ~ " add column if not exists failed_at timestamptz;"
            ~ " update " ~ requests ~ " set failed_at = finished_at where status = 'failed' and failed_at is null; end if; end $body$",
        ],
    },
    {
        'version': 7,
        'what': 'let an answer be not accepted: its registry knows similar names only',
        'statements': [
            "alter table if exists " ~ answers ~ " drop constraint if exists lookup_answers_outcome_check",
            "alter table if exists " ~ answers ~ " add constraint lookup_answers_outcome_check"
            ~ " check (outcome in ('found', 'not_found', 'not_accepted'))",
        ],
    },
    {
        'version': 7,
        'what': 'drop resolve_companies(): it returns more columns, which a function cannot learn; grants on it must be given again',
        'statements': [
            "drop function if exists " ~ target.schema ~ ".resolve_companies(text[], text[], text[], text[])",
        ],
    },
    {
        'version': 8,
        'what': 'add the column taken_over_from to mapping_loads: the report of a load reads it',
        'statements': ["alter table if exists " ~ target.schema ~ ".mapping_loads add column if not exists taken_over_from jsonb"],
    },
    {
        'version': 8,
        'what': 'drop plan_mapping_load(): it returns one more column, which a function cannot learn; grants on it must be given again',
        'statements': [
            "drop function if exists " ~ target.schema ~ ".plan_mapping_load"
            ~ "(text, text, text, text, integer[], text[], text[], text[], text[])",
        ],
    },
    {
        'version': 8,
        'what': 'number the rows of schema_migrations in the order of their times: by the number the newest is found, not by the clock',
        'statements': [company_enrichment.schema_migrations()],
    },
    {
        'version': 8,
        'what': 'drop mapping_fault(text, text, text): it is also given the alias as it was landed, of which it says what is wrong',
        'statements': ["drop function if exists " ~ target.schema ~ ".mapping_fault(text, text, text)"],
    },
    {
        'version': 8,
        'what': 'let an answer be unusable: what its registry gives for the id of the company is none',
        'statements': [unusable_answers],
    },
    {
        'version': 9,
        'what': 'count the rows of a file that were passed over: they are part of the sum',
        'statements': [rows_passed_over],
    },
] -%}
{{- return(migrations | selectattr('version', '>', from_version) | list) -}}
{% endmacro %}
