{% macro decide_undone_loads() %}
{#-
  Before mapping_changes is written: decides loads that were undone, and what was landed before their undo, where the table has
  neither, because it was restored from an older dump. The model takes an undo before every other load, since what it undoes
  was decided before; so that has to be true.
-#}
{%- if execute and is_incremental() and company_enrichment.watermark() is none -%}
    {%- set records, loads = ref('stg_mapping_records').render(), ref('stg_landed_loads').render() -%}
    {%- set undone -%}
select undo.landed_at::text
from {{ loads }} as undo
inner join {{ loads }} as undone on undone.load_id = undo.undoes
where
    exists (select from {{ records }} as landed where landed.load_id = undone.load_id)
    and not exists (select from {{ this }} as decided where decided.load_id = undone.load_id)
order by undo.landed_at, undo.load_id
    {%- endset -%}
    {%- for row in run_query(undone).rows -%}
        {%- set loads_before -%}
(select * from {{ loads }} where landed_at < '{{ row[0] }}')
        {%- endset -%}
        {%- set records_before -%}
(
    select landed.*
    from {{ records }} as landed
    left join {{ loads }} as loads on loads.load_id = landed.load_id
    where coalesce(loads.landed_at, landed.landed_at) < '{{ row[0] }}'
)
        {%- endset -%}
        {%- set decisions -%}
select
    decisions.*,
    statement_timestamp() as decided_at,
    '{{ company_enrichment.run_id() }}' as run_id
from (
    {{ company_enrichment.mapping_decisions(
        records_before, loads_before, ref('stg_corrected_aliases'), ref('stg_company_id_corrections'), this) }}
) as decisions
        {%- endset -%}
        {%- do company_enrichment.merge_into_model(this.identifier, decisions) -%}
    {%- endfor -%}
{%- endif -%}
{% endmacro %}
