{% macro resolve_companies() %}
{#-
  DDL of resolve_companies(…): resolve_company() for any number of records, given as parallel arrays; one row per place
  in the arrays, in their order.
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
    answer_outcome text,
    provider text,
    is_asked boolean,
    temp_id text,
    known_since timestamptz
)
language sql
stable
as $body$
    select given.position::integer, resolved.*
    from
        unnest(plan_codes, account_numbers, customer_names, account_names)
            with ordinality as given (plan_code, account_number, customer_name, account_name, position)
    cross join lateral {{ target.schema }}.resolve_company(
        given.plan_code, given.account_number, given.customer_name, given.account_name
    ) as resolved
    order by given.position
$body$
;
revoke execute on function {{ target.schema }}.resolve_companies(text[], text[], text[], text[]) from public
{% endmacro %}
