{% macro assign_temp_ids() %}
{#-
  DDL of assign_temp_ids(names), the only writer of temp_id_sequence and temp_company_ids.
  One row per name, in order; a name whose key is NULL gets no id. Known names cost nothing:
  they are answered without touching the sequence.

  Planned anew at each call: a plan made while the ledger was small would read all of it when it has grown.
-#}
create or replace function {{ target.schema }}.assign_temp_ids(names text[])
returns table (name text, normalized_name text, temp_id text, is_new boolean)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $body$
#variable_conflict use_column
declare
    keys text[];
    first_number integer;
    new_names text[];
    new_keys text[];
begin
    -- Keys are made by the rules that made the ledger's: a change of the rules, which closes the ledger, is waited for here,
    -- and waits for the end of this transaction.
    lock table {{ target.schema }}.temp_company_ids in access share mode;
    keys := array(
        select {{ target.schema }}.normalize_company_name(u.name)
        from unnest(names) with ordinality as u (name, position)
        order by u.position
    );

    if exists (
        select from unnest(keys) as given (key)
        left join {{ target.schema }}.temp_company_ids as ledger on given.key = ledger.normalized_name
        where given.key is not null and ledger.temp_number is null
    ) then
        -- The row lock comes first and the names are compared again in a later statement: only
        -- then does its snapshot hold what the previous holder of the lock has committed.
        insert into {{ target.schema }}.temp_id_sequence default values on conflict do nothing;
        perform from {{ target.schema }}.temp_id_sequence for update;
        perform from {{ target.schema }}.reenter_temp_ids();

        select array_agg(missing.name order by missing.position), array_agg(missing.key order by missing.position)
        into new_names, new_keys
        from (
            select distinct on (given.key) given.key, given.name, given.position
            from unnest(names, keys) with ordinality as given (name, key, position)
            left join {{ target.schema }}.temp_company_ids as ledger on given.key = ledger.normalized_name
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
    from unnest(names, keys) with ordinality as given (name, key, position)
    left join {{ target.schema }}.temp_company_ids as ledger on given.key = ledger.normalized_name
    order by given.position;
end
$body$
;
revoke execute on function {{ target.schema }}.assign_temp_ids(text[]) from public
{% endmacro %}
