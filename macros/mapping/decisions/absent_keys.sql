{% macro absent_keys(replacing_loads, validated, taken_back, mapping_changes) %}
{#-
  The keys that the source of a complete load claims, lands earlier in the same run or claims again because another load is
  undone in it, and that are not in that load, as a query. A row that cannot be used lists its key all the same: its alias is not gone, only its line is bad.

  Arguments
    replacing_loads  the complete loads: load_id, source, load_number
    validated        the landed rows of the run
    taken_back       what sources say of a key since a load was undone
    mapping_changes  what was decided before
-#}
select
    listed.load_id,
    0 - row_number() over (partition by listed.load_id order by listed.match_type, listed.alias_name) as line_no,
    listed.match_type,
    listed.alias_name,
    max(listed.alias_text) as alias_text,
    max(listed.key_version) as key_version
from (
    select
        loads.load_id,
        earlier.match_type,
        earlier.alias_name,
        earlier.alias_text,
        earlier.key_version,
        false as is_listed
    from {{ replacing_loads }} as loads
    inner join {{ validated }} as earlier on loads.source = earlier.source and loads.load_number > earlier.load_number
    where earlier.is_usable
    union all
    select
        loads.load_id,
        again.match_type,
        again.alias_name,
        again.alias_text,
        again.key_version,
        false as is_listed
    from {{ replacing_loads }} as loads
    inner join {{ taken_back }} as again on loads.source = again.source
    where again.company_id is not null
    union all
    select
        loads.load_id,
        claim.match_type,
        claim.alias_name,
        claim.alias_text,
        claim.key_version,
        false as is_listed
    from {{ replacing_loads }} as loads
    inner join (
        {{ company_enrichment.standing_claims(mapping_changes, of_sources=replacing_loads) | indent(8) }}
    ) as claim on loads.source = claim.source and claim.claim = 'made'
    union all
    select
        present.load_id,
        present.match_type,
        present.alias_name,
        null as alias_text,
        null as key_version,
        true as is_listed
    from {{ validated }} as present
    where present.mode = 'replace_source' and present.alias_name is not null
) as listed
group by listed.load_id, listed.match_type, listed.alias_name
having not bool_or(listed.is_listed)
{%- endmacro %}
