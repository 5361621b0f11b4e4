-- A deployment of the predecessor in the schema old, as a dump of the field: its DDL, and every fault that its data has
-- been seen with. All companies are invented.
create schema if not exists old;

create table old.company_mapping (
    alias_name varchar(255) not null,
    canonical_id varchar(50) not null,
    source varchar(20) default 'internal',
    match_type varchar(20) not null check (match_type in ('plan', 'account', 'hardcode', 'name', 'account_name')),
    priority integer not null check (priority between 1 and 5),
    updated_at timestamptz default now(),
    primary key (alias_name, match_type)
);
create index idx_company_mapping_priority on old.company_mapping (priority, match_type, alias_name);
create index idx_company_mapping_type on old.company_mapping (match_type, alias_name);
create index idx_company_mapping_canonical on old.company_mapping (canonical_id);
create index idx_company_mapping_updated on old.company_mapping (updated_at desc);

insert into old.company_mapping (alias_name, canonical_id, source, match_type, priority, updated_at) values
    ('FP9001', '700000001', 'internal', 'plan', 1, '2025-06-01 08:00+08'),
    ('FP9001', '700000002', 'internal', 'hardcode', 3, '2025-06-01 08:00+08'),
    ('GC9001', '700000001', 'internal', 'account', 2, '2025-06-01 08:00+08'),
    ('示例山川化工有限公司', '700000003', 'internal', 'name', 4, '2025-06-01 08:00+08'),
    -- The registry client took the first hit for another spelling of that name.
    ('示例山川化工 有限公司', '700000099', 'EQC', 'name', 4, '2025-09-01 08:00+08'),
    ('示例江河电力有限公司', '700000004', 'EQC', 'name', 4, '2025-09-01 08:00+08'),
    -- Curated twice, in two spellings: the newer one is right.
    ('示例海洋（集团）公司', '700000005', 'internal', 'name', 4, '2025-05-01 08:00+08'),
    ('示例海洋(集团)公司', '700000006', 'internal', 'name', 4, '2025-07-01 08:00+08'),
    ('示例海洋集团账户', '700000006', 'internal', 'account_name', 5, null),
    ('   ', '700000007', 'internal', 'name', 4, '2025-06-01 08:00+08'),
    ('示例无号码公司', 'N/A', 'internal', 'name', 4, '2025-06-01 08:00+08');

create view old.known_companies as
select alias_name, canonical_id from old.company_mapping where priority = 1;

create table old.lookup_requests (
    id serial primary key,
    name varchar(255) not null,
    normalized_name varchar(255) not null,
    status varchar(20) not null default 'pending' check (status in ('pending', 'processing', 'done', 'failed')),
    attempts integer not null default 0 check (attempts >= 0),
    last_error text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
-- Of this name is an index of the successor, too.
create index lookup_requests_open on old.lookup_requests (status, created_at)
where status in ('pending', 'processing');
create index idx_lookup_requests_normalized_name on old.lookup_requests (normalized_name);
-- Somebody has widened the columns after a name of 260 characters had stopped a run.
alter table old.lookup_requests alter column name type text, alter column normalized_name type text;

insert into old.lookup_requests (name, normalized_name, status, attempts, last_error, created_at, updated_at) values
    -- One transaction per file gave all its rows one created_at; the second file was late to commit.
    ('示例青山啤酒有限公司', '示例青山啤酒有限公司', 'pending', 0, null, '2025-10-02 10:00+08', '2025-10-02 10:00+08'),
    ('示例青山啤酒 有限公司', '示例青山啤酒 有限公司', 'pending', 1, 'timeout', '2025-10-01 10:00+08', '2025-10-01 11:00+08'),
    ('示例白水（北方）公司', '示例白水（北方）公司', 'processing', 2, '503', '2025-10-03 10:00+08', '2025-10-03 11:00+08'),
    ('示例白水(北方)公司', '示例白水(北方)公司', 'processing', 1, null, '2025-10-03 10:00+08', '2025-10-03 11:00+08'),
    ('示例黄土农业公司', '示例黄土农业公司', 'failed', 3, 'no result', '2025-10-03 10:00+08', '2025-10-04 11:00+08'),
    ('示例绿洲旅游公司', '示例绿洲旅游公司', 'done', 1, null, '2025-10-03 10:00+08', '2025-10-05 11:00+08'),
    ('示例绿洲旅游公司', '示例绿洲旅游公司', 'pending', 0, null, '2025-10-06 10:00+08', '2025-10-06 10:00+08'),
    ('空白', '空白', 'pending', 0, null, '2025-10-06 10:00+08', '2025-10-06 10:00+08'),
    (repeat('示例长名', 150), repeat('示例长名', 150), 'pending', 0, null, '2025-10-06 10:00+08', '2025-10-06 10:00+08'),
    (repeat('示例长名', 65), repeat('示例长名', 65), 'pending', 0, null, '2025-10-06 10:00+08', '2025-10-06 10:00+08'),
    ('示例红叶印刷公司', '示例红叶印刷公司', 'processing', 7, 'timeout', '2025-10-07 10:00+08', '2025-10-07 11:00+08');

create view old.open_lookups as
select id, name from old.lookup_requests where status = 'pending';

-- The layout before last_number; two jobs that found no row had each made one.
create table old.temp_id_sequence (id integer primary key, updated_at timestamptz not null default now());
insert into old.temp_id_sequence (id) values (5), (41);

create schema facts;
create table facts.annuity (company_id varchar(50), customer_name text);
insert into facts.annuity values
    ('S0001', '示例戊公司'),
    (null, '示例戊公司'),
    -- The job began at 1 in each run.
    ('TEMP_000001', '示例甲公司'),
    ('TEMP_000001', '示例乙公司'),
    ('TEMP_000002', '示例丙公司'),
    ('TEMP_000003', '示例丙 公司'),
    ('TEMP_000004', '示例丁公司'),
    ('TEMP_000004', '示例丁 公司'),
    ('TEMP_000004', '示例丁 公司'),
    ('TEMP_000004', '空白'),
    ('TEMP_000005', '空白'),
    ('TEMP_000006', repeat('示例长名', 200)),
    ('TEMP_000007', '示例己公司');
create table facts.sales (company varchar(50));
insert into facts.sales values ('TEMP_000004'), ('TEMP_000090'), ('700000001');
