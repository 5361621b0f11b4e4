{% macro mapping_statements(validated, said_again, replacing_loads, absent, undo_loads, taken_back) %}
{#-
  What is to be decided, as a query: every usable row, and what was said without a row: a complete load withdraws what it does
  not list, and an undo restores or withdraws. Lines of what no row was landed for are negative.

  Arguments
    validated        what validated_rows() gives
    said_again       what said_again() gives: rows that need no deciding
    replacing_loads  the complete loads among them: load_id, source, load_number, load_landed_at
    absent           what absent_keys() gives
    undo_loads       what numbered_undos() gives
    taken_back       what claims_taken_back() gives
-#}
select
    landed.load_id,
    landed.line_no,
    landed.source,
    landed.match_type,
    landed.alias_text,
    landed.alias_name,
    landed.key_version,
    landed.clean_company_id as company_id,
    landed.mode,
    landed.load_number,
    landed.load_number as claim_number,
    landed.load_landed_at,
    true as is_landed
from {{ validated }} as landed
left join {{ said_again }} as plain on landed.load_id = plain.load_id and landed.line_no = plain.line_no
where landed.is_usable and plain.load_id is null
union all
select
    absent.load_id,
    cast(absent.line_no as integer) as line_no,
    loads.source,
    absent.match_type,
    absent.alias_text,
    absent.alias_name,
    absent.key_version,
    null as company_id,
    'withdraw' as mode,
    loads.load_number,
    loads.load_number as claim_number,
    loads.load_landed_at,
    false as is_landed
from {{ absent }} as absent
inner join {{ replacing_loads }} as loads on absent.load_id = loads.load_id
union all
select
    taken_back.load_id,
    cast(taken_back.line_no as integer) as line_no,
    taken_back.source,
    taken_back.match_type,
    taken_back.alias_text,
    taken_back.alias_name,
    taken_back.key_version,
    taken_back.company_id,
    case when taken_back.company_id is null then 'withdraw' else 'undo' end as mode,
    undo.load_number,
    coalesce(taken_back.claim_number, undo.load_number) as claim_number,
    undo.landed_at as load_landed_at,
    false as is_landed
from {{ taken_back }} as taken_back
inner join {{ undo_loads }} as undo on taken_back.load_id = undo.load_id
{%- endmacro %}
