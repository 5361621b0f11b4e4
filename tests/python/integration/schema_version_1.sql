-- Version 1 of the operational tables and functions, as its own `dbt run-operation migrate` deployed them: pg_dump
-- --schema-only, without comments and settings.
SET check_function_bodies = false;
CREATE SCHEMA enterprise;
CREATE FUNCTION enterprise.assign_temp_ids(names text[]) RETURNS TABLE(name text, normalized_name text, temp_id text, is_new boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
declare
    first_number integer;
    new_names text[];
    new_keys text[];
begin
    if exists (
        select from unnest(names) as given (name)
        left join enterprise.temp_company_ids as ledger
            on ledger.normalized_name = enterprise.normalize_company_name(given.name)
        where enterprise.normalize_company_name(given.name) is not null and ledger.temp_number is null
    ) then
        -- The row lock comes first and the names are compared again in a later statement: only
        -- then does its snapshot hold what the previous holder of the lock has committed.
        insert into enterprise.temp_id_sequence default values on conflict do nothing;
        perform from enterprise.temp_id_sequence for update;

        select array_agg(missing.name order by missing.position), array_agg(missing.key order by missing.position)
        into new_names, new_keys
        from (
            select distinct on (given.key) given.key, given.name, given.position
            from (
                select u.name, u.position, enterprise.normalize_company_name(u.name) as key
                from unnest(names) with ordinality as u (name, position)
            ) as given
            left join enterprise.temp_company_ids as ledger on ledger.normalized_name = given.key
            where given.key is not null and ledger.temp_number is null
            order by given.key, given.position
        ) as missing;

        if new_keys is not null then
            first_number := enterprise.take_temp_numbers(cardinality(new_keys));
            insert into enterprise.temp_company_ids (temp_number, normalized_name, first_name)
            select first_number + u.position::integer - 1, u.key, u.name
            from unnest(new_keys, new_names) with ordinality as u (key, name, position);
        end if;
    end if;

    return query
    select given.name, given.key, ledger.temp_id, ledger.temp_number >= first_number is true
    from (
        select u.name, u.position, enterprise.normalize_company_name(u.name) as key
        from unnest(names) with ordinality as u (name, position)
    ) as given
    left join enterprise.temp_company_ids as ledger on ledger.normalized_name = given.key
    order by given.position;
end
$$;
CREATE FUNCTION enterprise.enqueue_names(names text[]) RETURNS TABLE(name text, normalized_name text, request_id bigint, outcome text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
begin
    return query
    with given as materialized (
        select u.name, u.position, enterprise.normalize_company_name(u.name) as key
        from unnest(names) with ordinality as u (name, position)
    ),

    judged as (
        select
            given.name,
            given.position,
            given.key,
            open_request.id as open_id,
            exists (
                select from enterprise.lookup_answers as answer
                where
                    answer.normalized_name = given.key
                    and (answer.outcome = 'found' or answer.answered_at > now() - interval '30 days')
            ) as is_answered,
            exists (
                select from enterprise.lookup_requests as failed_request
                where
                    failed_request.normalized_name = given.key
                    and failed_request.status = 'failed'
                    and failed_request.finished_at > now() - interval '7 days'
            ) as is_failed
        from given
        left join enterprise.lookup_requests as open_request
            on open_request.normalized_name = given.key and open_request.finished_at is null
    ),

    inserted as (
        insert into enterprise.lookup_requests (name, normalized_name)
        select distinct on (judged.key) judged.name, judged.key
        from judged
        where judged.key is not null and judged.open_id is null and not judged.is_answered and not judged.is_failed
        -- One order for all writers: two that insert the same names cannot wait for each other in a circle.
        order by judged.key, judged.position
        on conflict (normalized_name) where finished_at is null do nothing
        returning lookup_requests.id, lookup_requests.normalized_name
    )

    select
        judged.name,
        judged.key,
        coalesce(judged.open_id, inserted.id),
        case
            when judged.key is null then 'blank'
            when judged.open_id is not null then 'open'
            when judged.is_answered then 'answered'
            when judged.is_failed then 'failed'
            -- No row of ours although nothing spoke against it: somebody else inserted it meanwhile.
            when inserted.id is null then 'open'
            else 'new'
        end
    from judged
    left join inserted on inserted.normalized_name = judged.key
    order by judged.position;
end
$$;
CREATE FUNCTION enterprise.next_temp_id() RETURNS text
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    insert into enterprise.temp_company_ids (temp_number)
    values (enterprise.take_temp_numbers(1))
    returning temp_id
$$;
CREATE FUNCTION enterprise.normalize_code(code text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN NULLIF(btrim(code, ' 	

 　​﻿'::text), ''::text);
CREATE FUNCTION enterprise.normalize_company_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (char_length(name) <= 500) THEN NULLIF(regexp_replace(NORMALIZE(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(lower(NORMALIZE(regexp_replace(name, '[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]'::text, ''::text, 'g'::text), NFKC)), '[[:space:]]'::text, ''::text, 'g'::text), '^[(\[{<【〔〖〘〚《〈「『]*(?:null|n/a|空白|——|\-\-|无|—|\-|0)[)\]}>】〕〗〙〛》〉」』]*$'::text, ''::text, 'g'::text), '^(?:[-—–―‐‑‒−_/\\|:;,.·、。•~+*#]*[(\[{<【〔〖〘〚《〈「『]+(?:企业年金计划|已转移终止|转移终止|保留账户|未使用|待转移|待转出|已转出|已终止|已作废|集合|重整|退出|迁出|迁入|转移|转出|解散|结束|终结|终止|破产|清算|清盘|注销|歇业|本部|暂停|整顿|撤销|接管|托管|完结|存量|吊销|合并|变更|分立|关闭|停业|保留|作废|原)[)\]}>】〕〗〙〛》〉」』]+[-—–―‐‑‒−_/\\|:;,.·、。•~+*#]*|(?:企业年金计划|已转移终止|转移终止|保留账户|未使用|待转移|待转出|已转出|已终止|已作废|集合|重整|退出|迁出|迁入|转移|转出|解散|结束|终结|终止|破产|清算|清盘|注销|歇业|本部|暂停|整顿|撤销|接管|托管|完结|存量|吊销|合并|变更|分立|关闭|停业|保留|作废|原)[-—–―‐‑‒−_/\\|:;,.·、。•~+*#]+)+'::text, ''::text, 'g'::text), '(?:[-—–―‐‑‒−_/\\|:;,.·、。•~+*#]*[(\[{<【〔〖〘〚《〈「『]+(?:企业年金计划|已转移终止|转移终止|保留账户|未使用|待转移|待转出|已转出|已终止|已作废|集合|重整|退出|迁出|迁入|转移|转出|解散|结束|终结|终止|福利|破产|清算|清盘|注销|歇业|本部|暂停|整顿|撤销|接管|托管|完结|存量|团托|吊销|合并|变更|分立|养老|关闭|停业|保留|作废|原)[)\]}>】〕〗〙〛》〉」』]+|[-—–―‐‑‒−_/\\|:;,.·、。•~+*#]+(?:企业年金计划|已转移终止|转移终止|保留账户|未使用|待转移|待转出|已转出|已终止|已作废|集合|重整|退出|迁出|迁入|转移|转出|解散|结束|终结|终止|福利|破产|清算|清盘|注销|歇业|本部|暂停|整顿|撤销|接管|托管|完结|存量|团托|吊销|合并|变更|分立|养老|关闭|停业|保留|作废|原)|-[a-z]{1,2}[0-9]+)+[-—–―‐‑‒−_/\\|:;,.·、。•~+*#]*$'::text, ''::text, 'g'::text), '[^[:alnum:]]+'::text, ''::text, 'g'::text), '(?:及下属子企业)+$'::text, ''::text, 'g'::text), NFKC), '^(?:null|n/a|空白|——|\-\-|无|—|\-|0|企业年金计划|已转移终止|转移终止|保留账户|未使用|待转移|待转出|已转出|已终止|已作废|集合|重整|退出|迁出|迁入|转移|转出|解散|结束|终结|终止|破产|清算|清盘|注销|歇业|本部|暂停|整顿|撤销|接管|托管|完结|存量|吊销|合并|变更|分立|关闭|停业|保留|作废|原)$'::text, ''::text, 'g'::text), ''::text) ELSE NULL::text END;
CREATE FUNCTION enterprise.resolve_companies(plan_codes text[], account_numbers text[], customer_names text[], account_names text[]) RETURNS TABLE("position" integer, normalized_name text, company_id text, match_type text, matched_key text, confidence numeric, mapping_load_id text, answer_id bigint, temp_id text, is_asked boolean)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
begin
    return query
    with record_keys as materialized (
        select
            given.position::integer as position,
            enterprise.normalize_code(given.plan_code) as plan_code,
            enterprise.normalize_code(given.account_number) as account_number,
            enterprise.normalize_company_name(given.customer_name) as normalized_customer_name,
            enterprise.normalize_company_name(given.account_name) as normalized_account_name
        from
            unnest(plan_codes, account_numbers, customer_names, account_names)
                with ordinality as given (plan_code, account_number, customer_name, account_name, position)
    ),

    answers as (
        select distinct on (answer.normalized_name)
            answer.normalized_name,
            answer.outcome,
            answer.company_id,
            answer.confidence,
            answer.answer_id,
            answer.answered_at
        from enterprise.lookup_answers as answer
        where answer.normalized_name = any(array(select record_keys.normalized_customer_name from record_keys))
        order by answer.normalized_name, (answer.outcome = 'found') desc, answer.confidence desc nulls last, answer.answered_at desc, answer.answer_id desc
    ),

    matches as (
        select
            record_keys.position,
            record_keys.normalized_customer_name,
            case
                when by_plan.alias_name is not null then 'plan'
                when by_account.alias_name is not null then 'account'
                when by_hardcode.alias_name is not null then 'hardcode'
                when by_name.alias_name is not null then 'name'
                when by_account_name.alias_name is not null then 'account_name'
                when by_lookup.normalized_name is not null then 'lookup'
            end as match_type,
            case
                when by_plan.alias_name is not null then by_plan.alias_name
                when by_account.alias_name is not null then by_account.alias_name
                when by_hardcode.alias_name is not null then by_hardcode.alias_name
                when by_name.alias_name is not null then by_name.alias_name
                when by_account_name.alias_name is not null then by_account_name.alias_name
                else by_lookup.normalized_name
            end as matched_key,
            case
                when by_plan.alias_name is not null then nullif(by_plan.company_id, '__EMPTY__')
                when by_account.alias_name is not null then nullif(by_account.company_id, '__EMPTY__')
                when by_hardcode.alias_name is not null then nullif(by_hardcode.company_id, '__EMPTY__')
                when by_name.alias_name is not null then nullif(by_name.company_id, '__EMPTY__')
                when by_account_name.alias_name is not null then nullif(by_account_name.company_id, '__EMPTY__')
                else by_lookup.company_id
            end as company_id,
            case
                when by_plan.alias_name is not null then 1.0000
                when by_account.alias_name is not null then 1.0000
                when by_hardcode.alias_name is not null then 1.0000
                when by_name.alias_name is not null then 1.0000
                when by_account_name.alias_name is not null then 1.0000
                else by_lookup.confidence
            end as confidence,
            case
                when by_plan.alias_name is not null then by_plan.load_id
                when by_account.alias_name is not null then by_account.load_id
                when by_hardcode.alias_name is not null then by_hardcode.load_id
                when by_name.alias_name is not null then by_name.load_id
                when by_account_name.alias_name is not null then by_account_name.load_id
            end as mapping_load_id,
            case
                when by_plan.alias_name is not null then null
                when by_account.alias_name is not null then null
                when by_hardcode.alias_name is not null then null
                when by_name.alias_name is not null then null
                when by_account_name.alias_name is not null then null
                else by_lookup.answer_id
            end as answer_id
        from record_keys as record_keys
        left join enterprise.company_mapping as by_plan
            on
                by_plan.match_type = 'plan'
                and by_plan.alias_name = record_keys.plan_code
        left join enterprise.company_mapping as by_account
            on
                by_account.match_type = 'account'
                and by_account.alias_name = record_keys.account_number
        left join enterprise.company_mapping as by_hardcode
            on
                by_hardcode.match_type = 'hardcode'
                and by_hardcode.alias_name = record_keys.plan_code
        left join enterprise.company_mapping as by_name
            on
                by_name.match_type = 'name'
                and by_name.alias_name = record_keys.normalized_customer_name
        left join enterprise.company_mapping as by_account_name
            on
                by_account_name.match_type = 'account_name'
                and by_account_name.alias_name = record_keys.normalized_account_name
        left join answers as by_lookup
            on
                by_lookup.outcome = 'found'
                and by_lookup.normalized_name = record_keys.normalized_customer_name
    )

    select
        matches.position,
        matches.normalized_customer_name,
        matches.company_id,
        matches.match_type,
        matches.matched_key,
        matches.confidence::numeric,
        matches.mapping_load_id,
        matches.answer_id,
        ledger.temp_id,
        coalesce((answers.outcome = 'found' or answers.answered_at > now() - interval '30 days'), false)
    from matches
    left join enterprise.temp_company_ids as ledger
        on ledger.normalized_name = matches.normalized_customer_name
    left join answers
        on answers.normalized_name = matches.normalized_customer_name
    order by matches.position;
end
$$;
CREATE FUNCTION enterprise.take_temp_numbers(how_many integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    reached integer;
begin
    insert into enterprise.temp_id_sequence default values on conflict do nothing;
    perform from enterprise.temp_id_sequence for update;
    update enterprise.temp_id_sequence
    set
        last_number = greatest(
            last_number, (select coalesce(max(issued.temp_number), 0) from enterprise.temp_company_ids as issued)
        ) + how_many,
        updated_at = now()
    returning last_number into reached;
    return reached - how_many + 1;
exception
    when numeric_value_out_of_range then
        raise exception 'Temporary ids have reached the end of INTEGER: % more do not fit', how_many
            using errcode = 'program_limit_exceeded';
end
$$;
CREATE TABLE enterprise.customer_records (
    record_id text NOT NULL,
    source_system text NOT NULL,
    plan_code text,
    account_number text,
    customer_name text,
    account_name text,
    source_file text,
    source_row integer,
    loaded_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE enterprise.enrichment_runs (
    run_id text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    status text DEFAULT 'running'::text NOT NULL,
    project_version text NOT NULL,
    dbt_version text NOT NULL,
    records bigint,
    resolved_by_match_type jsonb,
    resolved_by_lookup bigint,
    without_company bigint,
    temporary bigint,
    unresolvable bigint,
    mapping_conflicts bigint,
    queue jsonb,
    changes jsonb,
    repointed_temporary_ids bigint,
    CONSTRAINT enrichment_runs_status_check CHECK ((status = ANY (ARRAY['running'::text, 'success'::text, 'error'::text])))
);
CREATE TABLE enterprise.ingest_files (
    content_hash text NOT NULL,
    domain text NOT NULL,
    file_name text NOT NULL,
    rows_read integer NOT NULL,
    rows_new integer NOT NULL,
    rows_changed integer NOT NULL,
    rows_unchanged integer NOT NULL,
    rows_rejected integer NOT NULL,
    loaded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ingest_files_check CHECK ((rows_read = (((rows_new + rows_changed) + rows_unchanged) + rows_rejected)))
);
CREATE TABLE enterprise.ingest_rejects (
    content_hash text NOT NULL,
    domain text NOT NULL,
    line_no integer NOT NULL,
    reason text NOT NULL
);
CREATE TABLE enterprise.lookup_answers (
    answer_id bigint NOT NULL,
    provider text NOT NULL,
    asked_name text NOT NULL,
    normalized_name text NOT NULL,
    outcome text NOT NULL,
    company_id text,
    company_name text,
    confidence numeric(5,4),
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id bigint,
    answered_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lookup_answers_confidence_check CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT lookup_answers_found CHECK (((outcome = 'found'::text) = ((company_id IS NOT NULL) AND (confidence IS NOT NULL)))),
    CONSTRAINT lookup_answers_outcome_check CHECK ((outcome = ANY (ARRAY['found'::text, 'not_found'::text])))
);
ALTER TABLE enterprise.lookup_answers ALTER COLUMN answer_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME enterprise.lookup_answers_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE enterprise.lookup_requests (
    id bigint NOT NULL,
    name text NOT NULL,
    normalized_name text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    claim_number integer DEFAULT 0 NOT NULL,
    claimed_by text,
    lease_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT lookup_requests_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT lookup_requests_finished CHECK (((finished_at IS NOT NULL) = (status = ANY (ARRAY['done'::text, 'failed'::text])))),
    CONSTRAINT lookup_requests_lease CHECK (((lease_until IS NOT NULL) = (status = 'processing'::text))),
    CONSTRAINT lookup_requests_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'done'::text, 'failed'::text])))
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0.01');
ALTER TABLE enterprise.lookup_requests ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME enterprise.lookup_requests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE enterprise.mapping_records (
    load_id text NOT NULL,
    line_no integer NOT NULL,
    source text NOT NULL,
    match_type text,
    alias_text text,
    company_id text,
    landed_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE enterprise.schema_migrations (
    version integer NOT NULL,
    content_hash text NOT NULL,
    name_key_hash text NOT NULL,
    project_version text NOT NULL,
    applied_by text DEFAULT CURRENT_USER NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE enterprise.temp_company_ids (
    temp_number integer NOT NULL,
    temp_id text GENERATED ALWAYS AS (('TEMP_'::text || lpad((temp_number)::text, GREATEST(6, length((temp_number)::text)), '0'::text))) STORED NOT NULL,
    normalized_name text,
    first_name text,
    first_seen timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE enterprise.temp_id_sequence (
    last_number integer DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY enterprise.customer_records
    ADD CONSTRAINT customer_records_pkey PRIMARY KEY (record_id);
ALTER TABLE ONLY enterprise.enrichment_runs
    ADD CONSTRAINT enrichment_runs_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY enterprise.ingest_files
    ADD CONSTRAINT ingest_files_pkey PRIMARY KEY (content_hash, domain);
ALTER TABLE ONLY enterprise.ingest_rejects
    ADD CONSTRAINT ingest_rejects_pkey PRIMARY KEY (content_hash, domain, line_no);
ALTER TABLE ONLY enterprise.lookup_answers
    ADD CONSTRAINT lookup_answers_pkey PRIMARY KEY (answer_id);
ALTER TABLE ONLY enterprise.lookup_requests
    ADD CONSTRAINT lookup_requests_pkey PRIMARY KEY (id);
ALTER TABLE ONLY enterprise.mapping_records
    ADD CONSTRAINT mapping_records_pkey PRIMARY KEY (load_id, line_no);
ALTER TABLE ONLY enterprise.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (applied_at);
ALTER TABLE ONLY enterprise.temp_company_ids
    ADD CONSTRAINT temp_company_ids_normalized_name_key UNIQUE (normalized_name);
ALTER TABLE ONLY enterprise.temp_company_ids
    ADD CONSTRAINT temp_company_ids_pkey PRIMARY KEY (temp_number);
ALTER TABLE ONLY enterprise.temp_company_ids
    ADD CONSTRAINT temp_company_ids_temp_id_key UNIQUE (temp_id);
CREATE INDEX lookup_answers_name ON enterprise.lookup_answers USING btree (normalized_name, answered_at);
CREATE INDEX lookup_requests_failed ON enterprise.lookup_requests USING btree (normalized_name, finished_at) WHERE (status = 'failed'::text);
CREATE UNIQUE INDEX lookup_requests_one_open_per_name ON enterprise.lookup_requests USING btree (normalized_name) WHERE (finished_at IS NULL);
CREATE INDEX lookup_requests_open ON enterprise.lookup_requests USING btree (run_at, id) WHERE (finished_at IS NULL);
CREATE UNIQUE INDEX temp_id_sequence_one_row ON enterprise.temp_id_sequence USING btree ((true));
REVOKE ALL ON FUNCTION enterprise.assign_temp_ids(names text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION enterprise.enqueue_names(names text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION enterprise.next_temp_id() FROM PUBLIC;
REVOKE ALL ON FUNCTION enterprise.resolve_companies(plan_codes text[], account_numbers text[], customer_names text[], account_names text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION enterprise.take_temp_numbers(how_many integer) FROM PUBLIC;
