{% macro asked_again_names() %}
{#-
  The rule of what becomes of names that somebody asks for again, as CTEs over the array names: judged, with a row for each
  name, its outcome and a detail. ask_again() and plan_ask_again() are rendered from it.

    blank     no name that may be looked up; detail says why
    known     it has a company, or is known to have none; detail is the company's id
    open      it is asked for already
    answered  a registry has answered since this transaction began: somebody else was faster
    new       it is asked for; detail is the last answer, NULL where there is none
-#}
given as materialized (
    select u.name, u.position, {{ target.schema }}.normalize_company_name(u.name) as key
    from unnest(names) with ordinality as u (name, position)
),

judged as materialized (
    select
        given.name,
        given.position,
        given.key,
        open_request.id as open_id,
        case
            when given.key is null then 'blank'
            when found.match_type is not null then 'known'
            when open_request.id is not null then 'open'
            when answer.answered_at > now() then 'answered'
            else 'new'
        end as outcome,
        case
            when given.key is null then {{ target.schema }}.company_name_fault(given.name)
            when found.match_type is not null then found.company_id
            else answer.outcome
        end as detail
    from given
    left join {{ target.schema }}.resolve_companies(
        array_fill(null::text, array[cardinality(names)]), array_fill(null::text, array[cardinality(names)]), names,
        array_fill(null::text, array[cardinality(names)])
    ) as found on given.position = found.position
    left join {{ target.schema }}.lookup_requests as open_request
        on given.key = open_request.normalized_name and open_request.finished_at is null
    left join lateral (
        select latest.outcome, latest.answered_at
        from {{ target.schema }}.lookup_answers as latest
        where latest.normalized_name = given.key
        order by latest.answered_at desc
        limit 1
    ) as answer on true
)
{%- endmacro %}
