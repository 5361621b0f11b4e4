{% macro judged_requests(old) %}
{#-
  What becomes of each request of the predecessor, as a query:
    adopted            it is kept
    folded             an open one whose name is asked for already, by an older request or by one of ours
    taken over before  it is here already, since an adoption that was undone
    left out           its name has no key

  Argument
    old  the predecessor's lookup_requests
-#}
{%- set ours = company_enrichment.table_or_empty('lookup_requests', {
    'id': 'bigint', 'name': 'text', 'normalized_name': 'text', 'created_at': 'timestamptz', 'finished_at': 'timestamptz'
}) -%}
select
    request.*,
    case
        when request.normalized_name is null then 'left out'
        when request.is_known then 'taken over before'
        when request.is_open and (request.open_id is not null or request.place_in_name > 1) then 'folded'
        else 'adopted'
    end as outcome
from (
    select
        keyed.*,
        open_request.id as open_id,
        -- By name and the instant it was created at, which an adoption keeps.
        known.name is not null as is_known,
        row_number() over (order by keyed.created_at, keyed.id) as position,
        row_number() over (
            partition by keyed.normalized_name, keyed.is_open, known.name is not null order by keyed.created_at, keyed.id
        ) as place_in_name
    from (
        select
            id,
            name::text as name,
            {{ target.schema }}.normalize_company_name(name) as normalized_name,
            status,
            status in ('pending', 'processing') as is_open,
            attempts,
            last_error,
            coalesce(created_at, updated_at, now())::timestamptz as created_at,
            coalesce(updated_at, created_at, now())::timestamptz as updated_at
        from {{ old }}
    ) as keyed
    left join {{ ours }} as open_request
        on open_request.normalized_name = keyed.normalized_name and open_request.finished_at is null
    left join (select distinct ours.name, ours.created_at from {{ ours }} as ours) as known
        on known.name = keyed.name and known.created_at = keyed.created_at
) as request
{%- endmacro %}
