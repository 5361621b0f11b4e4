{% macro said_again(validated, absent, taken_back, mapping_changes, corrected_aliases, company_id_corrections) %}
{#-
  The landed rows that only say what their source says already, as a query: load_id and line_no. Nearly all rows of a load that
  is repeated are such rows; they are found by one pass over their keys, and are spared the rule, which would call them
  repeated and unchanged.

  Only what is plain is found: the only statement of the run on a key that one claim was ever made of, and none withdrawn, by
  the same source for the same company, where no correction has a say. Everything else goes through the rule.

  Arguments
    validated  what validated_rows() gives
    absent     what absent_keys() gives
    taken_back what claims_taken_back() gives
    the others are those of mapping_decisions()
-#}
select
    max(said.load_id) as load_id,
    max(said.line_no) as line_no
from (
    select
        landed.match_type,
        landed.alias_name,
        landed.source,
        landed.clean_company_id as company_id,
        landed.load_id,
        landed.line_no,
        null as claim_load_id,
        -- With delete_insert it is said anew.
        landed.mode in ('append', 'merge', 'replace_source')
        and landed.clean_company_id not in (
            select replaced.from_company_id
            from {{ company_id_corrections }} as replaced
            where {{ company_enrichment.replaces('replaced') }}
        ) as is_plain
    from {{ validated }} as landed
    where
        landed.is_usable
        -- Nothing of a first load: asked once.
        and (select max(decided.load_number) from {{ mapping_changes }} as decided) is not null
    union all
    select
        claim.match_type,
        claim.alias_name,
        claim.source,
        claim.company_id,
        null as load_id,
        null as line_no,
        claim.load_id as claim_load_id,
        claim.claim = 'made' as is_plain
    from {{ mapping_changes }} as claim
    where
        claim.claim in ('made', 'withdrawn')
        and (claim.match_type, claim.alias_name) in (
            select
                landed.match_type,
                landed.alias_name
            from {{ validated }} as landed
            where landed.is_usable
        )
    {%- for others, condition in [(absent, 'true'), (taken_back, 'true'), (corrected_aliases, 'other.superseded_by is null')] %}
    union all
    select
        other.match_type,
        other.alias_name,
        null as source,
        null as company_id,
        null as load_id,
        null as line_no,
        null as claim_load_id,
        false as is_plain
    from {{ others }} as other
    where {{ condition }}
    {%- endfor %}
) as said
group by said.match_type, said.alias_name
having
    count(*) = 2
    and count(said.load_id) = 1
    and bool_and(said.is_plain)
    and min(said.source collate "C") = max(said.source collate "C") -- noqa: RF03
    and min(said.company_id collate "C") = max(said.company_id collate "C") -- noqa: RF03
    -- A load that was landed in parts has named the key before.
    and max(said.load_id) <> max(said.claim_load_id)
{%- endmacro %}
