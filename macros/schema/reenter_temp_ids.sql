{% macro reenter_temp_ids() %}
{#-
  DDL of reenter_temp_ids(always): enters temporary ids that the result or the crosswalk holds, but the ledger does not, in the
  ledger again, under the names of the records that have them or had them. Such a ledger was restored from an older dump.
  Without always, only where the ledger does not reach the highest number ever issued. One row for each id that was missing:

    entered       it has its name again
    redirected    its name had got another id meanwhile: the name has the older id, the other one leads to it
    several names, no name
                  it was not entered, because it is not known whose it was. Its number is not issued again
    issued again  it is in the ledger, but issued to another name after the result had it

  Private to whoever issues ids and to the run hook, whose user may not write the ledger.
-#}
create or replace function {{ target.schema }}.reenter_temp_ids(always boolean default false)
returns table (temp_id text, names text[], outcome text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
declare
    entry record;
    held_number integer;
begin
    if not always and (
        select coalesce(max(reached.highest_issued), 0) from {{ target.schema }}.temp_id_high_water as reached
    ) <= (
        select coalesce(max(issued.temp_number), 0) from {{ target.schema }}.temp_company_ids as issued
    ) then
        return;
    end if;
    -- They are tables of models, which a new deployment does not have yet.
    if to_regclass('{{ target.schema }}.company_resolution') is null
        or to_regclass('{{ target.schema }}.customer_record_keys') is null
        or to_regclass('{{ target.schema }}.company_resolution_changes') is null
        or to_regclass('{{ target.schema }}.company_id_crosswalk') is null
        or to_regclass('{{ target.schema }}.company_mapping') is null
        or to_regclass('{{ target.schema }}.company_lookup_cache') is null
    then
        return;
    end if;
    -- Nobody issues ids meanwhile.
    insert into {{ target.schema }}.temp_id_sequence default values on conflict do nothing;
    perform from {{ target.schema }}.temp_id_sequence for update;

    for entry in
        select
            missing.temp_id,
            {{ company_enrichment.temp_number_of('missing.temp_id') }}::integer as temp_number,
            array_remove(array_agg(distinct missing.name_key), null) as name_keys,
            array_remove(array_agg(distinct missing.name), null) as all_names,
            (array_agg(missing.name order by missing.loaded_at, missing.record_id))[1] as first_name,
            (array_agg(missing.key_version order by missing.loaded_at, missing.record_id))[1] as key_version,
            min(missing.seen_at) as seen_at
        from (
            {{ company_enrichment.temp_ids_missing_in_ledger() | indent(12) }}
        ) as missing
        where {{ company_enrichment.temp_number_of('missing.temp_id') }}::numeric <= {{ company_enrichment.highest_temp_number() }}
        group by missing.temp_id
        order by temp_number
    loop
        temp_id := entry.temp_id;
        names := entry.all_names;
        outcome := case cardinality(entry.name_keys) when 0 then 'no name' when 1 then 'entered' else 'several names' end;
        if outcome = 'entered' then
            select ledger.temp_number into held_number
            from {{ target.schema }}.temp_company_ids as ledger
            where ledger.normalized_name = entry.name_keys[1];
            if held_number > entry.temp_number then
                outcome := 'redirected';
                update {{ target.schema }}.temp_company_ids as ledger
                set normalized_name = null
                where ledger.temp_number = held_number;
            end if;
            insert into {{ target.schema }}.temp_company_ids as ledger (
                temp_number, normalized_name, first_name, first_seen, key_version, redirected_to
            )
            values (
                entry.temp_number,
                case when held_number < entry.temp_number then null else entry.name_keys[1] end,
                entry.first_name,
                entry.seen_at,
                coalesce(entry.key_version, {{ target.schema }}.company_name_key_version()),
                case when held_number < entry.temp_number then held_number end
            );
            if outcome = 'redirected' then
                update {{ target.schema }}.temp_company_ids as ledger
                set redirected_to = entry.temp_number
                where ledger.temp_number = held_number or ledger.redirected_to = held_number;
            elsif held_number < entry.temp_number then
                outcome := 'redirected';
            end if;
        end if;
        return next;
    end loop;

    if always then
        return query
        select issued.temp_id, array[issued.first_name] || array_agg(distinct record_keys.customer_name), 'issued again'
        from {{ target.schema }}.company_resolution as resolution
        inner join {{ target.schema }}.customer_record_keys as record_keys on resolution.record_id = record_keys.record_id
        inner join {{ target.schema }}.temp_company_ids as issued on resolution.company_id = issued.temp_id
        where
            resolution.is_temporary
            and issued.normalized_name <> record_keys.normalized_customer_name
            and issued.first_seen > resolution.resolved_at
        group by issued.temp_id, issued.first_name;
    end if;
end
$body$
;
revoke execute on function {{ target.schema }}.reenter_temp_ids(boolean) from public
{% endmacro %}
