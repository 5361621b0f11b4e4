{% macro explain_resolution() %}
{#-
  DDL of explain_resolution(…): every step of the resolution rule for one record, also those behind the first that hits:
  what a person wants to see who asks why. One row per match type, in their order, then one for the answers of
  registries (lookup), then one for the temporary id (temporary).

    place            the order of the steps, from 1
    match_type       the step
    record_key       the key that the step asks for; NULL where the record has none
    company_id       what it leads to: a company, no_company() for deliberately none, or the temporary id; NULL for nothing
    source           whose word the alias is, or the registry that answered
    mapping_load_id  the load that the alias rests on
    answer_id, answer_outcome, evidence
                     the best answer to the name
    confidence       of that answer
    known_since      when the alias was last changed, the answer given, or the temporary id issued
-#}
create or replace function {{ target.schema }}.explain_resolution(
    plan_code text, account_number text, customer_name text, account_name text
)
returns table (
    place integer,
    match_type text,
    record_key text,
    company_id text,
    source text,
    mapping_load_id text,
    answer_id bigint,
    answer_outcome text,
    confidence numeric,
    known_since timestamptz,
    evidence jsonb
)
language plpgsql
stable
as $body$
#variable_conflict use_column
declare
    record_key_plan_code text := {{ target.schema }}.normalize_code(plan_code);
    record_key_account_number text := {{ target.schema }}.normalize_code(account_number);
    record_key_normalized_customer_name text := {{ target.schema }}.normalize_company_name(customer_name);
    record_key_normalized_account_name text := {{ target.schema }}.normalize_company_name(account_name);
begin
    return query
    with steps as (
        select step.place, step.match_type, step.record_key
        from (
            values
            {%- for entry in company_enrichment.match_types() %}
            ({{ loop.index }}, '{{ entry.match_type }}', record_key_{{ entry.record_key }}){{ ',' if not loop.last }}
            {%- endfor %}
        ) as step (place, match_type, record_key)
    ),

    answer as (
        {{ company_enrichment.stored_best_answers('= record_key_normalized_customer_name') | indent(8) }}
    )

    select
        steps.place, steps.match_type, steps.record_key, alias.company_id, alias.source, alias.load_id, null::bigint,
        null::text, null::numeric, alias.updated_at, null::jsonb
    from steps
    left join {{ target.schema }}.company_mapping as alias
        on
            steps.match_type = alias.match_type
            and steps.record_key = alias.alias_name
            and alias.retired_at is null
    union all
    select
        {{ company_enrichment.match_types() | length + 1 }}, 'lookup', record_key_normalized_customer_name,
        answer.company_id, answer.provider, null, answer.answer_id, answer.outcome, answer.confidence,
        answer.answered_at, stored.evidence
    from (values (1)) as once
    left join answer on true
    left join {{ target.schema }}.lookup_answers as stored on answer.answer_id = stored.answer_id
    union all
    select
        {{ company_enrichment.match_types() | length + 2 }}, 'temporary', record_key_normalized_customer_name,
        ledger.temp_id, null, null, null, null, null, ledger.first_seen, null
    from (values (1)) as once
    left join {{ target.schema }}.temp_company_ids as ledger
        on ledger.normalized_name = record_key_normalized_customer_name
    order by place;
end
$body$
;
revoke execute on function {{ target.schema }}.explain_resolution(text, text, text, text) from public
{% endmacro %}
