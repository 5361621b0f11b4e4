{% macro ask_again() %}
{#-
  DDL of ask_again(names), which asks for unknown names again, whatever a registry has said of them: it ends the answers that
  spare asking, takes dead letters for settled, and opens one request for each name key. For each name, in order, its outcome
  and a detail (asked_again_names()). Names with a company, names that nobody can look up and names that are asked for already
  are left.

  One call at a time: one that waits for another sees what that has done, and also the answers that came of it.
-#}
create or replace function {{ target.schema }}.ask_again(names text[])
returns table (name text, normalized_name text, request_id bigint, outcome text, detail text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
begin
    perform {{ target.schema }}.hold_lock('ask_again');
    return query
    with {{ company_enrichment.asked_again_names() | indent(4) }},

    chosen as materialized (
        select distinct on (judged.key) judged.name, judged.key
        from judged
        where judged.outcome = 'new'
        order by judged.key, judged.position
    ),

    opened as (
        insert into {{ target.schema }}.lookup_requests (name, normalized_name, replay_of)
        select
            chosen.name,
            chosen.key,
            (
                select max(letter.id)
                from {{ target.schema }}.lookup_requests as letter
                where letter.normalized_name = chosen.key and letter.failed_at is not null and letter.finished_at is not null
            )
        from chosen
        order by chosen.key
        on conflict (normalized_name) where finished_at is null do nothing
        returning lookup_requests.id, lookup_requests.normalized_name
    ),

    ended as (
        update {{ target.schema }}.lookup_answers as answer
        set ended_at = now()
        from opened
        where
            answer.normalized_name = opened.normalized_name
            and answer.outcome <> 'found'
            and {{ company_enrichment.is_lately_answered('answer') | indent(12) }}
    ),

    settled as (
        update {{ target.schema }}.lookup_requests as letter
        set failed_at = null, updated_at = now()
        from opened
        where
            letter.normalized_name = opened.normalized_name
            and letter.finished_at is not null
            and letter.failed_at is not null
    ),

    -- Once a call, and empty: the waiting workers look for themselves.
    announced as materialized (
        select pg_notify('{{ company_enrichment.lookup_requests_channel() }}', '')
        from (select count(*) as requests from opened) as counted
        where counted.requests > 0
    )

    select
        judged.name,
        judged.key,
        coalesce(judged.open_id, opened.id),
        case when judged.outcome = 'new' and opened.id is null then 'open' else judged.outcome end,
        judged.detail
    from judged
    left join opened on judged.key = opened.normalized_name
    -- Read, or it would not be done.
    left join announced on true
    order by judged.position;
end
$body$
;
revoke execute on function {{ target.schema }}.ask_again(text[]) from public
{% endmacro %}
