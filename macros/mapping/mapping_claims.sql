{% macro mapping_claims() %}
{#-
  DDL of the rule of mapping claims. What sources say of one key are its claims, a JSON object: source -> {company_id,
  number}. The claim in force is that of the source with the highest priority and, among equals, the one with the highest
  number.

    winning_mapping_claim(claims)                                 the claim in force with its source, or NULL
    add_mapping_claim(claims, source, company_id, number, mode)   the claims after one more statement
    mapping_claims(source, company_id, number, mode)              the same as an aggregate, in the order of its input

  Modes of a statement
    merge, replace_source  becomes the source's claim; a source that says the same once more has said it since before
    delete_insert, undo    becomes the source's claim, as if it had never said so before
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
create or replace function {{ target.schema }}.add_mapping_claim(
    claims jsonb, source text, company_id text, number bigint, mode text
)
returns jsonb
language plpgsql immutable parallel safe
as $body$
begin
    if mode = 'withdraw' then
        return claims - source;
    end if;
    if mode = 'ignore' or (mode = 'replaced' and claims <> '{}') then
        return claims;
    end if;
    if mode = 'append' and (
        claims ? source
        or ({{ target.schema }}.winning_mapping_claim(claims) ->> 'company_id') <> company_id
    ) then
        return claims;
    end if;
    if mode in ('merge', 'replace_source') and (claims -> source ->> 'company_id') = company_id then
        return claims;
    end if;
    return claims || jsonb_build_object(source, jsonb_build_object('company_id', company_id, 'number', number));
end
$body$
;
create or replace aggregate {{ target.schema }}.mapping_claims(source text, company_id text, number bigint, mode text) (
    sfunc = {{ target.schema }}.add_mapping_claim,
    stype = jsonb,
    initcond = '{}'
)
{% endmacro %}
