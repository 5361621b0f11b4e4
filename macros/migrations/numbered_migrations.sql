{% macro numbered_migrations(from_version) %}
{#-
  What has to be done to tables of an older version, beyond the DDL of schema_objects(), which creates what is missing:
  a list of {version, what, sql}, in order. Every entry does nothing where its table is missing or has no need of it, and
  reads no other table than its own.

  Called by a deployment in its transaction, before the DDL: an index may need its rows folded first. What an entry does
  goes into the column steps of the deployment's row in schema_migrations.

  Argument
    from_version  the version that the database has; 0 where nothing was deployed
-#}
{%- set schema = target.schema -%}
{%- set migrations = [] -%}
{%- call company_enrichment._add_migration(
    migrations, 3, 'let to_company_id of company_id_crosswalk be NULL: an id may have become nobody\'s') -%}
do $body$
begin
    if exists (
        select from pg_attribute
        inner join pg_class on pg_class.oid = attrelid
        where
            attrelid = to_regclass('{{ schema }}.company_id_crosswalk')
            and relkind = 'r'
            and attname = 'to_company_id'
            and attnotnull
    ) then
        alter table {{ schema }}.company_id_crosswalk alter column to_company_id drop not null;
    end if;
end
$body$
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 3, 'fold open lookup requests of one name into the oldest of them') -%}
do $body$
begin
    if to_regclass('{{ schema }}.lookup_requests') is not null then
        update {{ schema }}.lookup_requests as folded
        set
            status = 'done',
            last_error = 'Folded into request ' || duplicates.oldest_id || ', which asks for the same name',
            claimed_by = null,
            lease_until = null,
            finished_at = now(),
            updated_at = now()
        from (
            select id, first_value(id) over (partition by normalized_name order by created_at, id) as oldest_id
            from {{ schema }}.lookup_requests
            where finished_at is null
        ) as duplicates
        where duplicates.id = folded.id and duplicates.oldest_id <> folded.id;
    end if;
end
$body$
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 3, 'drop the index lookup_requests_failed: a claim would have to write to it') -%}
drop index if exists {{ schema }}.lookup_requests_failed
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 4, 'add the column reason to company_id_crosswalk: the model reads it from itself') -%}
alter table if exists {{ schema }}.company_id_crosswalk add column if not exists reason text
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 5,
    'let aliases be retired, and number loads and claims: who has claimed a key owns the claim that is in force') -%}
alter table if exists {{ schema }}.company_mapping add column if not exists retired_at timestamptz;
do $body$
begin
    if to_regclass('{{ schema }}.mapping_changes') is not null then
        drop index if exists {{ schema }}.mapping_changes_match_type_alias_name_idx;
        alter table {{ schema }}.mapping_changes
            add column if not exists rule text,
            add column if not exists previous_source text,
            add column if not exists claim text,
            add column if not exists load_number bigint,
            add column if not exists claim_number bigint;
        with loads as (
            select load_id, dense_rank() over (order by min(decided_at), min(load_landed_at), load_id) as load_number
            from {{ schema }}.mapping_changes
            group by load_id
        )

        update {{ schema }}.mapping_changes as change
        set
            load_number = loads.load_number,
            claim = case when outcome in ('inserted', 'updated') then 'made' end,
            claim_number = case when outcome in ('inserted', 'updated') then loads.load_number end
        from loads
        where loads.load_id = change.load_id and change.load_number is null;
        alter table {{ schema }}.mapping_changes alter column load_number set not null;
    end if;
end
$body$
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 6, 'make dead letters of the lookups that have failed for good') -%}
do $body$
begin
    if to_regclass('{{ schema }}.lookup_requests') is not null then
        alter table {{ schema }}.lookup_requests add column if not exists failed_at timestamptz;
        update {{ schema }}.lookup_requests set failed_at = finished_at where status = 'failed' and failed_at is null;
    end if;
end
$body$
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 7, 'let an answer be not accepted: its registry knows similar names only') -%}
alter table if exists {{ schema }}.lookup_answers drop constraint if exists lookup_answers_outcome_check;
alter table if exists {{ schema }}.lookup_answers add constraint lookup_answers_outcome_check
    check (outcome in ('found', 'not_found', 'not_accepted'))
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 7,
    'drop resolve_companies(): it returns more columns, which a function cannot learn; grants on it must be given again') -%}
drop function if exists {{ schema }}.resolve_companies(text[], text[], text[], text[])
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 8, 'add the column taken_over_from to mapping_loads: the report of a load reads it') -%}
alter table if exists {{ schema }}.mapping_loads add column if not exists taken_over_from jsonb
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 8,
    'drop plan_mapping_load(): it returns one more column, which a function cannot learn; grants on it must be given again') -%}
drop function if exists {{ schema }}.plan_mapping_load(text, text, text, text, integer[], text[], text[], text[], text[])
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 8,
    'number the rows of schema_migrations in the order of their times: by the number the newest is found, not by the clock') -%}
{{ company_enrichment.schema_migrations() }}
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 8,
    'drop mapping_fault(text, text, text): it is also given the alias as it was landed, of which it says what is wrong') -%}
drop function if exists {{ schema }}.mapping_fault(text, text, text)
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 8, 'let an answer be unusable: what its registry gives for the id of the company is none') -%}
alter table if exists {{ schema }}.lookup_answers drop constraint if exists lookup_answers_outcome_check;
alter table if exists {{ schema }}.lookup_answers add constraint lookup_answers_outcome_check
    check (outcome in ('found', 'not_found', 'not_accepted', 'unusable'))
{%- endcall -%}
{%- call company_enrichment._add_migration(
    migrations, 9, 'count the rows of a file that were passed over: they are part of the sum') -%}
alter table if exists {{ schema }}.ingest_files add column if not exists rows_passed_over integer not null default 0;
alter table if exists {{ schema }}.ingest_files drop constraint if exists ingest_files_check;
alter table if exists {{ schema }}.ingest_files add constraint ingest_files_check
    check (rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected + rows_passed_over)
{%- endcall -%}
{{- return(migrations | selectattr('version', '>', from_version) | list) -}}
{% endmacro %}

{% macro _add_migration(migrations, version, what) %}
{#-
  Adds to a list of {version, what, sql} the SQL of its call block.

  Arguments
    migrations  the list
    version     the version that needs it
    what        what it does, a phrase
-#}
{%- do migrations.append({'version': version, 'what': what, 'sql': caller()}) -%}
{%- endmacro %}
