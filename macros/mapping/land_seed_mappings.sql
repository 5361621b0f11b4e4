{% macro land_seed_mappings() %}
{#-
  Post-hook of every seed in seeds/mappings: lands its rows in mapping_records, as one load. The load id is
  the seed's name and a hash of its content: the same content again is the same load and lands nothing.
-#}
{%- if execute -%}
insert into {{ target.schema }}.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)
select
    seed.load_id,
    -- Line 1 of the file is the header.
    seed.row_no + 1,
    'seed:{{ this.identifier }}',
    seed.match_type,
    seed.alias,
    seed.company_id
from (
    select
        rows.*,
        'seed:{{ this.identifier }}:' || md5(string_agg(
            concat_ws('|', to_json(rows.match_type), to_json(rows.alias), to_json(rows.company_id)), chr(10)
        ) over (order by rows.row_no rows between unbounded preceding and unbounded following)) as load_id
    from (select *, row_number() over (order by ctid)::integer as row_no from {{ this }}) as rows
) as seed
order by seed.row_no
on conflict (load_id, line_no) do nothing
{%- endif -%}
{% endmacro %}
