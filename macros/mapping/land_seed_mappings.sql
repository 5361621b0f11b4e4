{% macro land_seed_mappings() %}
{#-
  Post-hook of every seed in seeds/mappings: lands its rows in mapping_records, as one load, unless they are what
  the seed's last load held. The load id counts the seed's loads and ends with a hash of the content, so that a
  file that goes back to an older content is a new load, and two `dbt seed` at once land one.
-#}
{%- if execute -%}
with

seed_rows as (

    select
        match_type,
        alias,
        company_id,
        -- Line 1 of the file is the header.
        row_number() over (order by ctid)::integer + 1 as line_no
    from {{ this }}

),

content as (

    select
        md5(string_agg(
            concat_ws('|', to_json(match_type), to_json(alias), to_json(company_id)), chr(10) order by line_no
        )) as content_hash
    from seed_rows

),

earlier_loads as (

    select
        count(distinct load_id) as loads,
        (array_agg(load_id order by landed_at desc))[1] as last_load_id
    from {{ target.schema }}.mapping_records
    where source = 'seed:{{ this.identifier }}'

)

insert into {{ target.schema }}.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)
select
    concat_ws(':', 'seed', '{{ this.identifier }}', earlier_loads.loads + 1, content.content_hash),
    seed_rows.line_no,
    'seed:{{ this.identifier }}',
    seed_rows.match_type,
    seed_rows.alias,
    seed_rows.company_id
from seed_rows
cross join content
cross join earlier_loads
where earlier_loads.last_load_id is null or right(earlier_loads.last_load_id, 32) <> content.content_hash
order by seed_rows.line_no
on conflict (load_id, line_no) do nothing
{%- endif -%}
{% endmacro %}
