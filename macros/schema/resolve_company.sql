{% macro resolve_company() %}
{#-
  DDL of resolve_company(…), the resolution rule for one record: its raw codes and names in, what is known out. The same
  list of match types as resolution_rule(), and the same result, in the shape for few records: one probe of an index after
  the other, and none after the first that hits. A test holds it equal to the others; resolve_companies() is the one for
  many records.

  It reads only. A found answer that dbt has not merged into the cache yet counts too, chosen by the same order
  (best_answer_first), so that a name is not given up between a lookup and the next run.

    normalized_name  key of the customer's name; NULL where it names nobody
    company_id       NULL when nobody knows the record, or a mapping says that it deliberately has no company
    match_type       the match type that hit, lookup for an answer; NULL when nothing did
    matched_key      the key that hit
    confidence       1 for an alias, else the provider's
    mapping_load_id  the load that the alias rests on
    answer_id, answer_outcome, provider
                     the best answer to a name that no alias answers, found or not
    is_asked         that answer is young enough: asking again would be a waste
    temp_id          the temporary id of a name that nobody knows, if one was issued
    known_since      when the alias was last changed, or the answer given

  The plans are made once per session. They may have been made while the tables were small, so they must not read them
  in full (enable_seqscan).
-#}
create or replace function {{ target.schema }}.resolve_company(
    plan_code text, account_number text, customer_name text, account_name text,
    out normalized_name text,
    out company_id text,
    out match_type text,
    out matched_key text,
    out confidence numeric,
    out mapping_load_id text,
    out answer_id bigint,
    out answer_outcome text,
    out provider text,
    out is_asked boolean,
    out temp_id text,
    out known_since timestamptz
)
language plpgsql
stable
set enable_seqscan = off
as $body$
#variable_conflict use_column
declare
    record_key_plan_code text;
    record_key_account_number text;
    record_key_normalized_customer_name text;
    record_key_normalized_account_name text;
begin
    {#- A call on NULL would return NULL; not making it is several times as fast. #}
    if plan_code is not null then
        record_key_plan_code := {{ target.schema }}.normalize_code(plan_code);
    end if;
    if account_number is not null then
        record_key_account_number := {{ target.schema }}.normalize_code(account_number);
    end if;
    if customer_name is not null then
        record_key_normalized_customer_name := {{ target.schema }}.normalize_company_name(customer_name);
    end if;
    if account_name is not null then
        record_key_normalized_account_name := {{ target.schema }}.normalize_company_name(account_name);
    end if;
    normalized_name := record_key_normalized_customer_name;
    is_asked := false;

    {%- for entry in company_enrichment.match_types() %}

    if matched_key is null and record_key_{{ entry.record_key }} is not null then
        select alias.match_type, alias.alias_name, alias.company_id, alias.load_id, alias.updated_at
        into match_type, matched_key, company_id, mapping_load_id, known_since
        from {{ target.schema }}.company_mapping as alias
        where
            alias.match_type = '{{ entry.match_type }}'
            and alias.alias_name = record_key_{{ entry.record_key }}
            and alias.retired_at is null;
    end if;
    {%- endfor %}

    if matched_key is not null then
        company_id := nullif(company_id, '{{ company_enrichment.no_company() }}');
        confidence := 1.0000;
        return;
    end if;
    if normalized_name is null then
        return;
    end if;

    select
        answer.company_id,
        answer.confidence,
        answer.answer_id,
        answer.outcome,
        answer.provider,
        answer.expires_at > now(),
        answer.answered_at
    into company_id, confidence, answer_id, answer_outcome, provider, is_asked, known_since
    from (
        {{ company_enrichment.stored_best_answers('= record_key_normalized_customer_name') | indent(8) }}
    ) as answer;
    if answer_outcome = 'found' then
        match_type := 'lookup';
        matched_key := normalized_name;
        return;
    end if;
    is_asked := coalesce(is_asked, false);

    select ledger.temp_id
    into temp_id
    from {{ target.schema }}.temp_company_ids as ledger
    where ledger.normalized_name = record_key_normalized_customer_name;
end
$body$
;
revoke execute on function {{ target.schema }}.resolve_company(text, text, text, text) from public
{% endmacro %}
