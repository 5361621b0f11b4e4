{% macro judged_names() %}
{#-
  The rule of what becomes of names that are to be looked up, as CTEs over the array names: given, and judged with a row
  for each name: its key, the open request of that name, whether a registry has answered lately, and whether the lookup
  has failed for good lately. enqueue_names() and plan_enqueue_names() are rendered from it, and follow it with the same
  outcome (outcome_of_name()).
-#}
given as materialized (
    select u.name, u.position, {{ target.schema }}.normalize_company_name(u.name) as key
    from unnest(names) with ordinality as u (name, position)
),

judged as (
    select
        given.name,
        given.position,
        given.key,
        open_request.id as open_id,
        exists(
            select from {{ target.schema }}.lookup_answers as answer
            where
                answer.normalized_name = given.key
                and {{ company_enrichment.is_lately_answered('answer') | indent(16) }}
        ) as is_answered,
        exists(
            select from {{ target.schema }}.lookup_requests as failed_request
            where
                failed_request.normalized_name = given.key
                and failed_request.status = 'failed'
                and failed_request.finished_at > now() - interval '{{ company_enrichment.checked_var('failed_retry_days') }} days'
        ) as is_failed
    from given
    left join {{ target.schema }}.lookup_requests as open_request
        on given.key = open_request.normalized_name and open_request.finished_at is null
)
{%- endmacro %}
