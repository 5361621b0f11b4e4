{% macro resolve_companies() %}
{#-
  DDL of resolve_companies(…): what resolve_company() gives, for any number of records, given as parallel arrays; one row
  per place in the arrays, in their order. The same list of match types in a third shape, for many records: one statement
  that looks each key up by an index, and only where no earlier match type has hit, for then the key is NULL. A test holds
  it equal to the others.

  The plan is made once per session and for any number of records, and must not read a table in full.
-#}
{%- set order = company_enrichment.match_types() -%}
{%- set hit = [] -%}
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
    answer_outcome text,
    provider text,
    is_asked boolean,
    temp_id text,
    known_since timestamptz
)
language plpgsql
stable
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $body$
#variable_conflict use_column
begin
    return query
    with keys as materialized (
        select
            given.position,
            {{ target.schema }}.normalize_code(given.plan_code) as plan_code,
            {{ target.schema }}.normalize_code(given.account_number) as account_number,
            {{ target.schema }}.normalize_company_name(given.customer_name) as normalized_customer_name,
            {{ target.schema }}.normalize_company_name(given.account_name) as normalized_account_name
        from
            unnest(plan_codes, account_numbers, customer_names, account_names)
            with ordinality as given (plan_code, account_number, customer_name, account_name, position)
    )

    select
        keys.position::integer,
        keys.normalized_customer_name,
        case
            {%- for entry in order %}
            when by_{{ entry.match_type }}.alias_name is not null then nullif(by_{{ entry.match_type }}.company_id, '{{ company_enrichment.no_company() }}')
            {%- endfor %}
            else answer.company_id
        end,
        case
            {%- for entry in order %}
            when by_{{ entry.match_type }}.alias_name is not null then '{{ entry.match_type }}'
            {%- endfor %}
            when answer.outcome = 'found' then 'lookup'
        end,
        case
            {%- for entry in order %}
            when by_{{ entry.match_type }}.alias_name is not null then by_{{ entry.match_type }}.alias_name
            {%- endfor %}
            when answer.outcome = 'found' then keys.normalized_customer_name
        end,
        case
            {%- for entry in order %}
            when by_{{ entry.match_type }}.alias_name is not null then 1.0000
            {%- endfor %}
            else answer.confidence
        end,
        coalesce(
            {%- for entry in order %}by_{{ entry.match_type }}.load_id{{ '' if loop.last else ', ' }}{% endfor -%}
        ),
        answer.answer_id,
        answer.outcome,
        answer.provider,
        coalesce(answer.expires_at > now(), false),
        ledger.temp_id,
        coalesce(
            {%- for entry in order %}by_{{ entry.match_type }}.updated_at, {% endfor %}answer.answered_at)
    from keys
    {%- for entry in order %}
    left join {{ target.schema }}.company_mapping as by_{{ entry.match_type }}
        on
            by_{{ entry.match_type }}.match_type = '{{ entry.match_type }}'
            and by_{{ entry.match_type }}.retired_at is null
            and
            {%- if hit %} case when coalesce({{ hit | join(', ') }}) is null then keys.{{ entry.record_key }} end
            {%- else %} keys.{{ entry.record_key }}
            {%- endif %} = by_{{ entry.match_type }}.alias_name
        {%- do hit.append(['by_', entry.match_type, '.alias_name'] | join) %}
    {%- endfor %}
    {%- set name_without_alias -%}
    = case when coalesce({{ hit | join(', ') }}) is null then keys.normalized_customer_name end
    {%- endset %}
    left join lateral (
        {{ company_enrichment.stored_best_answers(name_without_alias) | indent(8) }}
    ) as answer on true
    left join {{ target.schema }}.temp_company_ids as ledger
        on
            case
                when coalesce({{ hit | join(', ') }}) is null and answer.outcome is distinct from 'found'
                    then keys.normalized_customer_name
            end
            = ledger.normalized_name
    order by keys.position;
end
$body$
;
revoke execute on function {{ target.schema }}.resolve_companies(text[], text[], text[], text[]) from public
{% endmacro %}
