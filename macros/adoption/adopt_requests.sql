{% macro adopt_requests(old, plan_only) %}
{#-
  Takes the predecessor's queue over, with our keys and ids, in its order; returns what was done. What it was at work on is
  pending again, and is asked at least once more however often it was tried.

  Arguments
    old        its lookup_requests
    plan_only  only read
-#}
{%- set judged = company_enrichment.judged_requests(old) -%}
{%- set counts = {'adopted': 0, 'folded': 0, 'taken over before': 0, 'left out': 0} -%}
{%- set outcomes -%}
select outcome, count(*)
from ({{ judged }}) as judged
group by outcome
{%- endset -%}
{%- for outcome, rows in run_query(outcomes).rows -%}
    {%- do counts.update({outcome: rows}) -%}
{%- endfor -%}
{%- if not plan_only -%}
    {%- set table = company_enrichment.qualified('lookup_requests') -%}
    {%- call company_enrichment.run_sql() -%}
with numbered as materialized (
    select ordered.*, nextval(pg_get_serial_sequence('{{ table }}', 'id')) as new_id
    from (
        select judged.* from ({{ judged }}) as judged
        where judged.outcome in ('adopted', 'folded')
        order by judged.position
    ) as ordered
)

insert into {{ table }} (
    id, name, normalized_name, status, attempts, last_error, run_at, created_at, updated_at, finished_at, failed_at
)
overriding system value
select
    request.new_id,
    request.name,
    request.normalized_name,
    case when request.outcome = 'folded' then 'done' when request.is_open then 'pending' else request.status end,
    -- One try is left by the usual four.
    case when request.outcome = 'adopted' and request.is_open then least(request.attempts, 3) else request.attempts end,
    case
        when request.outcome = 'folded'
            then concat_ws('; before: ', 'Folded into request ' || coalesce(request.open_id, kept.new_id), request.last_error)
        else request.last_error
    end,
    least(request.created_at, now()),
    request.created_at,
    case when request.outcome = 'folded' then now() else request.updated_at end,
    case when request.outcome = 'folded' then now() when not request.is_open then request.updated_at end,
    case when request.outcome <> 'folded' and request.status = 'failed' then request.updated_at end
from numbered as request
left join numbered as kept
    on
        kept.normalized_name = request.normalized_name
        and kept.is_open
        and kept.outcome = 'adopted'
order by request.position
    {%- endcall -%}
{%- endif -%}
{%- set what -%}
take over lookup_requests: {{ counts.values() | sum }} rows read = {{ counts['adopted'] }} adopted + {{ counts['folded'] }} folded
  + {{ counts['taken over before'] }} taken over before + {{ counts['left out'] }} left out, whose names name nobody or are too long
{%- endset -%}
{{- return(company_enrichment.one_line(what)) -}}
{% endmacro %}
