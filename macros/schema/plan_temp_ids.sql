{% macro plan_temp_ids() %}
{#-
  DDL of plan_temp_ids(names): what assign_temp_ids(names) would return if nobody else came between, without issuing
  anything. STABLE, so that the database itself keeps it from writing.
-#}
create or replace function {{ target.schema }}.plan_temp_ids(names text[])
returns table (name text, normalized_name text, temp_id text, is_new boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
begin
    return query
    with given as materialized (
        select
            u.name,
            u.position,
            u.key,
            ledger.temp_id,
            u.position = min(u.position) over (partition by u.key) as is_first
        from (
            select n.name, n.position, {{ target.schema }}.normalize_company_name(n.name) as key
            from unnest(names) with ordinality as n (name, position)
        ) as u
        left join {{ target.schema }}.temp_company_ids as ledger on u.key = ledger.normalized_name
    ),

    -- Numbers follow the first place of each new name, as in assign_temp_ids().
    planned as (
        select
            given.key,
            (
                select greatest(
                    (select coalesce(max(counter.last_number), 0) from {{ target.schema }}.temp_id_sequence as counter),
                    (select coalesce(max(reached.highest_issued), 0) from {{ target.schema }}.temp_id_high_water as reached),
                    (select coalesce(max(issued.temp_number), 0) from {{ target.schema }}.temp_company_ids as issued)
                )
            ) + row_number() over (order by given.position) as temp_number
        from given
        where given.key is not null and given.temp_id is null and given.is_first
    )

    select
        given.name,
        given.key,
        coalesce(given.temp_id, {{ company_enrichment.temporary_id('planned.temp_number') }}),
        planned.temp_number is not null and given.is_first
    from given
    left join planned on given.key = planned.key
    order by given.position;
end
$body$
;
revoke execute on function {{ target.schema }}.plan_temp_ids(text[]) from public
{% endmacro %}
