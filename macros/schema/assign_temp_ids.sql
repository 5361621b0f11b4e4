{% macro assign_temp_ids() %}
{#-
  DDL of assign_temp_ids(names), the only writer of temp_id_sequence and temp_company_ids.
  One row per name, in order; a name whose key is NULL gets no id. Known names cost nothing:
  they are answered without touching the sequence.
-#}
create or replace function {{ target.schema }}.assign_temp_ids(names text[])
returns table (name text, normalized_name text, temp_id text, is_new boolean)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
declare
    first_number integer;
    new_names text[];
    new_keys text[];
begin
    if exists (
        select from unnest(names) as given (name)
        left join {{ target.schema }}.temp_company_ids as ledger
            on ledger.normalized_name = {{ target.schema }}.normalize_company_name(given.name)
        where {{ target.schema }}.normalize_company_name(given.name) is not null and ledger.temp_number is null
    ) then
        -- The row lock comes first and the names are compared again in a later statement: only
        -- then does its snapshot hold what the previous holder of the lock has committed.
        insert into {{ target.schema }}.temp_id_sequence default values on conflict do nothing;
        perform from {{ target.schema }}.temp_id_sequence for update;

        select array_agg(missing.name order by missing.position), array_agg(missing.key order by missing.position)
        into new_names, new_keys
        from (
            select distinct on (given.key) given.key, given.name, given.position
            from (
                select u.name, u.position, {{ target.schema }}.normalize_company_name(u.name) as key
                from unnest(names) with ordinality as u (name, position)
            ) as given
            left join {{ target.schema }}.temp_company_ids as ledger on ledger.normalized_name = given.key
            where given.key is not null and ledger.temp_number is null
            order by given.key, given.position
        ) as missing;

        if new_keys is not null then
            first_number := {{ target.schema }}.take_temp_numbers(cardinality(new_keys));
            insert into {{ target.schema }}.temp_company_ids (temp_number, normalized_name, first_name)
            select first_number - 1 + u.position::integer, u.key, u.name
            from unnest(new_keys, new_names) with ordinality as u (key, name, position);
        end if;
    end if;

    return query
    select
        given.name,
        given.key,
        ledger.temp_id,
        -- New once, although the name may stand there in several spellings.
        coalesce(ledger.temp_number >= first_number, false)
        and given.position = min(given.position) over (partition by given.key)
    from (
        select u.name, u.position, {{ target.schema }}.normalize_company_name(u.name) as key
        from unnest(names) with ordinality as u (name, position)
    ) as given
    left join {{ target.schema }}.temp_company_ids as ledger on ledger.normalized_name = given.key
    order by given.position;
end
$body$
;
revoke execute on function {{ target.schema }}.assign_temp_ids(text[]) from public
{% endmacro %}
