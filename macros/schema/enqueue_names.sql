{% macro enqueue_names() %}
{#-
  DDL of enqueue_names(names): asks for names to be looked up, by the one rule that dbt and Python
  share. For each name, in order: new, open (asked for already), answered (a registry was asked
  lately), failed (the lookup failed for good lately), or blank.
-#}
create or replace function {{ target.schema }}.enqueue_names(names text[])
returns table (name text, normalized_name text, request_id bigint, outcome text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
begin
    return query
    with {{ company_enrichment.judged_names() | indent(4) }},

    inserted as (
        insert into {{ target.schema }}.lookup_requests (name, normalized_name)
        select distinct on (judged.key) judged.name, judged.key
        from judged
        where judged.key is not null and judged.open_id is null and not judged.is_answered and not judged.is_failed
        -- One order for all writers: two that insert the same names cannot wait for each other in a circle.
        order by judged.key, judged.position
        on conflict (normalized_name) where finished_at is null do nothing
        returning lookup_requests.id, lookup_requests.normalized_name
    ),

    -- Once a call, and empty: the waiting workers look for themselves.
    announced as materialized (
        select pg_notify('{{ company_enrichment.lookup_requests_channel() }}', '')
        from (select count(*) as requests from inserted) as counted
        where counted.requests > 0
    )

    select
        judged.name,
        judged.key,
        coalesce(judged.open_id, inserted.id),
        {{ company_enrichment.outcome_of_name('inserted.id is null') | indent(8) }}
    from judged
    left join inserted on judged.key = inserted.normalized_name
    -- Read, or it would not be done.
    left join announced on true
    order by judged.position;
end
$body$
;
revoke execute on function {{ target.schema }}.enqueue_names(text[]) from public
{% endmacro %}
