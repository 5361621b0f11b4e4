-- What else could give a name an id of its own, with the same name key and a ledger of the same columns.

-- A sequence of PostgreSQL. It waits for nobody, and what it gave out it does not take back.
create sequence native_numbers;

create table native_ledger (
    temp_number bigint primary key default nextval('native_numbers'),
    normalized_name text not null unique,
    first_name text not null,
    first_seen timestamptz not null default now()
);

create function native_ids(names text[]) returns table (name text, temp_id text)
language plpgsql as $body$
#variable_conflict use_column
begin
    -- Names that are known are left out first: each would take a number and waste it.
    insert into native_ledger (normalized_name, first_name)
    select distinct on (given.key) given.key, given.name
    from (select u.name, enterprise.normalize_company_name(u.name) as key from unnest(names) as u (name)) as given
    left join native_ledger as ledger on ledger.normalized_name = given.key
    where given.key is not null and ledger.temp_number is null
    order by given.key
    on conflict (normalized_name) do nothing;

    return query
    select u.name, 'TEMP_' || lpad(ledger.temp_number::text, greatest(6, length(ledger.temp_number::text)), '0')
    from unnest(names) with ordinality as u (name, position)
    left join native_ledger as ledger on ledger.normalized_name = enterprise.normalize_company_name(u.name)
    order by u.position;
end
$body$;

-- A keyed hash of the name key: no number, no order, and two names share an id once in a long while.
create table hash_ledger (
    temp_id text primary key,
    normalized_name text not null unique,
    first_name text not null,
    first_seen timestamptz not null default now()
);

create function hash_ids(names text[]) returns table (name text, temp_id text)
language plpgsql as $body$
#variable_conflict use_column
begin
    insert into hash_ledger (temp_id, normalized_name, first_name)
    select distinct on (given.key)
        'TEMP_' || left(encode(sha256(convert_to('a secret' || given.key, 'UTF8')), 'hex'), 16), given.key, given.name
    from (select u.name, enterprise.normalize_company_name(u.name) as key from unnest(names) as u (name)) as given
    left join hash_ledger as ledger on ledger.normalized_name = given.key
    where given.key is not null and ledger.temp_id is null
    order by given.key
    on conflict (normalized_name) do nothing;

    return query
    select u.name, ledger.temp_id
    from unnest(names) with ordinality as u (name, position)
    left join hash_ledger as ledger on ledger.normalized_name = enterprise.normalize_company_name(u.name)
    order by u.position;
end
$body$;
