{% macro land_seed_mappings() %}
{#-
  Post-hook of every seed of mappings: lands its rows in mapping_records, as one load that is complete (an alias that
  is no longer in the file is retired), unless they are what the seed's last load held. The load id counts the seed's loads
  and ends with a hash of the content, so that a file that goes back to an older content is a new load, and two `dbt seed`
  at once land one. A seed without rows lands none: nobody retires a whole source by saying nothing. A seed that the var
  mapping_seeds does not list lands nothing, and that is said.
-#}
{#- The seed of an installing project does not see our vars; what they list is what the model of landed rows depends on. -#}
{%- set reader = graph.nodes.get('model.company_enrichment.stg_mapping_records') if execute else none -%}
{%- if reader and model.unique_id not in reader.depends_on.nodes -%}
    {%- call company_enrichment.say() -%}
        Nothing of the seed {{ model.name }} is landed as mappings: the var mapping_seeds does not list it.
    {%- endcall -%}
{%- elif execute -%}
{%- do company_enrichment.refuse_other_seed_columns(this) -%}
{%- set source = company_enrichment.quoted('seed:' ~ this.identifier) -%}
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
        count(*) as loads,
        -- What was withdrawn because the seed was not listed may come again; what somebody has undone may not.
        (array_agg(case when withdrawal.load_id is null then loads.content_hash end order by loads.landed_at desc))[1]
            as last_content_hash
    from {{ target.schema }}.landed_loads as loads
    left join {{ target.schema }}.landed_loads as withdrawal
        on loads.load_id = withdrawal.undoes and withdrawal.content_hash = 'withdrawn'
    where loads.source = {{ source }} and loads.mode <> 'undo'

),

new_load as (

    insert into {{ target.schema }}.landed_loads (load_id, source, mode, content_hash)
    select
        concat_ws(':', {{ source }}, earlier_loads.loads + 1, content.content_hash),
        {{ source }},
        'replace_source',
        content.content_hash
    from content
    cross join earlier_loads
    where content.content_hash is not null and earlier_loads.last_content_hash is distinct from content.content_hash
    on conflict do nothing
    returning load_id, source

)

insert into {{ target.schema }}.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)
select
    new_load.load_id,
    seed_rows.line_no,
    new_load.source,
    seed_rows.match_type,
    seed_rows.alias,
    seed_rows.company_id
from new_load
cross join seed_rows
order by seed_rows.line_no
{%- endif -%}
{% endmacro %}
