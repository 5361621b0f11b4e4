{% macro resolve_companies() %}
{#-
  DDL of resolve_companies(…), the online face of the resolution rule: parallel arrays of raw
  codes and names in, one row per position out, by the same rule as the batch. It reads only;
  a name that nobody knows comes back with its temporary id if one was issued before.

  A found answer that dbt has not merged into the cache yet counts too, chosen by the same
  order (best_answer_first), so that a name is not given up between a lookup and the next run.
  is_asked says that a registry has answered lately, so that asking again would be a waste.
-#}
create or replace function {{ target.schema }}.resolve_companies(
    plan_codes text[], account_numbers text[], customer_names text[], account_names text[]
)
returns table (
    "position" integer,
    normalized_name text,
    company_id text,
    match_type text,
    matched_key text,
    confidence numeric,
    mapping_load_id text,
    answer_id bigint,
    temp_id text,
    is_asked boolean
)
language plpgsql
stable
as $body$
#variable_conflict use_column
begin
    return query
    with record_keys as materialized (
        select
            given.position::integer as position,
            {{ target.schema }}.normalize_code(given.plan_code) as plan_code,
            {{ target.schema }}.normalize_code(given.account_number) as account_number,
            {{ target.schema }}.normalize_company_name(given.customer_name) as normalized_customer_name,
            {{ target.schema }}.normalize_company_name(given.account_name) as normalized_account_name
        from
            unnest(plan_codes, account_numbers, customer_names, account_names)
                with ordinality as given (plan_code, account_number, customer_name, account_name, position)
    ),

    answers as (
        {{ company_enrichment.best_answers(
            target.schema ~ '.lookup_answers', target.schema ~ '.corrected_aliases', target.schema ~ '.company_id_corrections',
            '= any(array(select record_keys.normalized_customer_name from record_keys))') | indent(8) }}
    ),

    matches as (
        {{ company_enrichment.matches_of(
            'record_keys', 'position', target.schema ~ '.company_mapping', 'answers') | indent(8) }}
    )

    select
        matches.position,
        matches.normalized_customer_name,
        matches.company_id,
        matches.match_type,
        matches.matched_key,
        matches.confidence::numeric,
        matches.mapping_load_id,
        matches.answer_id,
        ledger.temp_id,
        coalesce({{ company_enrichment.is_lately_answered('answers') }}, false)
    from matches
    left join {{ target.schema }}.temp_company_ids as ledger
        on ledger.normalized_name = matches.normalized_customer_name
    left join answers
        on answers.normalized_name = matches.normalized_customer_name
    order by matches.position;
end
$body$
;
revoke execute on function {{ target.schema }}.resolve_companies(text[], text[], text[], text[]) from public
{% endmacro %}
