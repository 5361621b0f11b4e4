{% macro mapping_claims() %}
{#-
  DDL of the rule of mapping claims. What sources say of one key are its claims, a JSON object: source -> {company_id,
  number}. The claim in force is that of the source with the highest priority and, among equals, the one with the highest
  number.

    winning_mapping_claim(claims)                                      the claim in force with its source, or NULL
    claim_of_statement(mode, own_company, winning_company, company_id)  what a statement does to the claim of its source, which
                                                                       claims own_company, where winning_company is in force:
                                                                       made, repeated, withdrawn, or NULL for nothing
    add_mapping_claim(claims, source, company_id, number, mode)        the claims after one more statement
    mapping_claims(source, company_id, number, mode)                   the same as an aggregate, in the order of its input

  Modes of a statement
    merge, replace_source  becomes the source's claim; a source that says the same once more has said it since before
    delete_insert, undo    becomes the source's claim, as if it had never said so before
    stored                 a claim that stands, which is where the fold begins
    append                 becomes the source's claim where nobody claims another company, and the source none
    ignore                 changes nothing: a later line of a load that has named the key before, or what a correction overrules
    replaced               names a company that was merged into another: becomes a claim where there is none
    withdraw               the source has no claim any more
-#}
create or replace function {{ target.schema }}.winning_mapping_claim(claims jsonb)
returns jsonb
language plpgsql immutable parallel safe
as $body$
begin
    return (
        select jsonb_build_object('source', claim.key) || claim.value
        from jsonb_each(claims) as claim
        order by {{ target.schema }}.mapping_source_priority(claim.key), (claim.value ->> 'number')::bigint desc, claim.key
        limit 1
    );
end
$body$
;
-- In SQL and of one expression: the planner puts it in place of its call.
create or replace function {{ target.schema }}.claim_of_statement(
    mode text, own_company text, winning_company text, company_id text
)
returns text
language sql immutable parallel safe
return case
    when mode = 'withdraw' then case when own_company is not null then 'withdrawn' end
    when mode = 'ignore' then null
    when winning_company is null then 'made'
    when mode = 'replaced' then null
    when mode in ('delete_insert', 'undo', 'stored') then 'made'
    when own_company = company_id then 'repeated'
    when mode <> 'append' then 'made'
    when own_company is null and winning_company = company_id then 'made'
end;
create or replace function {{ target.schema }}.add_mapping_claim(
    claims jsonb, source text, company_id text, number bigint, mode text
)
returns jsonb
language plpgsql immutable parallel safe
as $body$
begin
    return case {{ target.schema }}.claim_of_statement(
        mode,
        claims -> source ->> 'company_id',
        {{ target.schema }}.winning_mapping_claim(claims) ->> 'company_id',
        company_id
    )
        when 'made' then claims || jsonb_build_object(source, jsonb_build_object('company_id', company_id, 'number', number))
        when 'withdrawn' then claims - source
        else claims
    end;
end
$body$
;
create or replace aggregate {{ target.schema }}.mapping_claims (source text, company_id text, number bigint, mode text)(
    sfunc = {{ target.schema }}.add_mapping_claim,
    stype = jsonb,
    initcond = '{}'
)
{% endmacro %}
