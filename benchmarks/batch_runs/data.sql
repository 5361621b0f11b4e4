-- A made-up warehouse: aliases of companies, and records that name them. Everything follows from row numbers, so that it
-- is the same every time and for everyone. Its functions stay in the schema benchmark; they are called with numbers
-- of rows, so that a history can grow.
--
-- Of 100 records 40 are known by their plan, 10 by their account, 39 by the customer's name, 1 by the account's name, and
-- 10 have a name that nobody knows. Of the names 60 need nothing but lower case, 36 blanks and brackets taken out, 4 a
-- remark cut, the shares measured on real ones (names.sql). A few companies have most of the records.

create schema if not exists benchmark;

-- A whole number from 0 up to the bound, spread evenly over the rows; each purpose has a salt of its own.
create or replace function benchmark.spread(number bigint, salt bigint, bound bigint) returns bigint
language sql immutable parallel safe
return (hashint8extended(number, salt) & 9223372036854775807) % bound;

-- The same, but small numbers far more often than large ones.
create or replace function benchmark.skewed(number bigint, salt bigint, bound bigint) returns bigint
language sql immutable parallel safe
return floor(bound * power(benchmark.spread(number, salt, 1000000) / 1000000.0, 2))::bigint;

create or replace function benchmark.company_name(company bigint) returns text
language sql immutable parallel safe
return (array['北京', '上海', '深圳市', '广州', '浙江', '山东省', '成都', '武汉'])[1 + company % 8]
    || (array['华信', '金科', '东方', '瑞丰', '恒远', '新天地', '中远', '联创', '博雅', '天行健'])[1 + company / 8 % 10]
    || company / 80
    || case when company % 5 = 0 then '（中国）' else '' end
    || (array['科技', '电子', '商贸', '建筑工程', '医药', '物流', '投资管理', '新能源', '食品'])[1 + company % 9]
    || (array['有限公司', '有限责任公司', '股份有限公司', '集团有限公司'])[1 + company % 4];

create or replace function benchmark.spelling(name text, number bigint) returns text
language sql immutable parallel safe
return case
    when benchmark.spread(number, 11, 100) < 78 then name
    when benchmark.spread(number, 11, 100) < 96 then ' ' || name || ' '
    when benchmark.spread(number, 11, 100) < 98 then '（存量）' || name
    else name || '-已转出'
end;

-- The aliases from one number to another: 30 of 100 are plans, 20 accounts, 45 customers, 5 accounts' names.
create or replace function benchmark.aliases(first bigint, last bigint)
returns table (match_type text, alias_text text, company_id text)
language sql immutable parallel safe
begin atomic
    select
        case
            when number % 100 < 30 then 'plan'
            when number % 100 < 50 then 'account'
            when number % 100 < 95 then 'name'
            else 'account_name'
        end,
        case
            when number % 100 < 30 then 'P' || number
            when number % 100 < 50 then 'A' || number
            else benchmark.company_name(number)
        end,
        'C' || number
    from generate_series(first, last) as number;
end;

-- The records from one number to another, which name companies of so many aliases (a multiple of 100).
create or replace function benchmark.records(first bigint, last bigint, aliases bigint)
returns table (record_id text, plan_code text, account_number text, customer_name text, account_name text)
language sql immutable parallel safe
begin atomic
    select
        'record ' || number,
        case when kind < 40 then 'P' || hundred + benchmark.spread(number, 3, 30) else 'P0' end,
        case when kind between 40 and 49 then 'A' || hundred + 30 + benchmark.spread(number, 3, 20) end,
        benchmark.spelling(
            case
                when kind < 89 then benchmark.company_name(hundred + 50 + benchmark.spread(number, 4, 45))
                else '未知' || benchmark.skewed(number, 5, last) || '号有限公司'
            end,
            number
        ),
        case when kind = 89 then benchmark.company_name(hundred + 95 + benchmark.spread(number, 4, 5)) end
    from (
        select number, benchmark.spread(number, 1, 100) as kind, 100 * benchmark.skewed(number, 2, aliases / 100) as hundred
        from generate_series(first, last) as number
    ) as numbered;
end;
