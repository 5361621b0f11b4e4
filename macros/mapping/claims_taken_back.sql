{% macro claims_taken_back(undo_loads, mapping_changes, landed_loads) %}
{#-
  What a source says of a key without the load that is taken back, as a query: its last statement in a load that stands. No
  company where there is none.

  Arguments
    undo_loads       the loads that take others back: load_id, undoes; none when nothing was decided before
    mapping_changes  what was decided before
    landed_loads     all loads
-#}
{%- if undo_loads is none -%}
select
    cast(null as text) as load_id,
    cast(null as bigint) as line_no,
    cast(null as text) as match_type,
    cast(null as text) as alias_name,
    cast(null as text) as source,
    cast(null as text) as alias_text,
    cast(null as text) as key_version,
    cast(null as text) as company_id,
    cast(null as bigint) as claim_number
where false
{%- else -%}
select distinct on (undo.load_id, statement.match_type, statement.alias_name, statement.source)
    undo.load_id,
    0 - dense_rank() over (
        partition by undo.load_id order by statement.match_type, statement.alias_name, statement.source
    ) as line_no,
    statement.match_type,
    statement.alias_name,
    statement.source,
    coalesce(remaining.alias_text, statement.alias_text) as alias_text,
    coalesce(remaining.key_version, statement.key_version) as key_version,
    case when remaining.claim <> 'withdrawn' then remaining.company_id end as company_id,
    case remaining.claim when 'made' then remaining.claim_number when 'repeated' then remaining.load_number end as claim_number
from {{ undo_loads }} as undo
inner join {{ mapping_changes }} as statement
    on undo.undoes = statement.load_id and statement.claim is not null and statement.alias_name is not null
left join lateral (
    {%- for claims in ["in ('made', 'withdrawn')", "= 'repeated'"] %}
    select earlier.*
    from {{ mapping_changes }} as earlier
    left join {{ landed_loads }} as loads on earlier.load_id = loads.load_id
    left join {{ landed_loads }} as undone on earlier.load_id = undone.undoes
    where
        earlier.match_type = statement.match_type
        and earlier.alias_name = statement.alias_name
        and earlier.source = statement.source
        -- Each kind has an index of its own.
        and earlier.claim {{ claims }}
        and undone.load_id is null
        and coalesce(loads.mode, 'merge') <> 'undo'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    order by load_number desc, line_no desc
    limit 1
) as remaining on true
order by undo.load_id, statement.match_type, statement.alias_name, statement.source
{%- endif -%}
{%- endmacro %}
