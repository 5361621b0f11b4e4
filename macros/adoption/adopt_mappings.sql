{% macro adopt_mappings(schema, old, plan_only) %}
{#-
  Lands the predecessor's company_mapping as one load of the source adopted; returns what was done. Of aliases that become one key, the first line
  wins: curated before what its registry client had stored, then by the predecessor's priority, then the newest.

  Arguments
    schema     the schema of the predecessor's tables
    old        its company_mapping
    plan_only  only read
-#}
{%- set first_load = ['adopted', schema] | join(':') -%}
{%- set records = company_enrichment.table_or_empty('mapping_records', {'load_id': 'text', 'source': 'text'}) -%}
{#- Another adoption after an undo is another load. -#}
{%- set adoptions -%}
select count(distinct load_id)
from {{ records }} as record
where
    source = 'adopted'
    and (
        load_id = {{ company_enrichment.quoted(first_load) }}
        or starts_with(load_id, {{ company_enrichment.quoted([first_load, ':'] | join) }})
    )
{%- endset -%}
{%- set earlier = company_enrichment.value_of(adoptions) -%}
{%- set load_id = first_load if earlier == 0 else [first_load, earlier + 1] | join(':') -%}
{%- set counted -%} select count(*) from {{ old }} {%- endset -%}
{%- set rows_read = company_enrichment.value_of(counted) -%}
{%- if not plan_only -%}
    {%- call company_enrichment.run_sql() -%}
insert into {{ target.schema }}.landed_loads (load_id, source)
values ({{ company_enrichment.quoted(load_id) }}, 'adopted')
    {%- endcall -%}
    {%- call company_enrichment.run_sql() -%}
insert into {{ target.schema }}.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)
select
    {{ company_enrichment.quoted(load_id) }},
    row_number() over (
        order by
            coalesce(upper(source) = 'EQC', false), priority, match_type, updated_at desc nulls last, alias_name, ctid
    ),
    'adopted',
    match_type,
    alias_name,
    canonical_id
from {{ old }}
    {%- endcall -%}
{%- endif -%}
{%- set what -%}
take over company_mapping: {{ rows_read }} rows read = {{ rows_read }} adopted as load {{ load_id }} + 0 folded + 0 left out
{%- endset -%}
{{- return(company_enrichment.one_line(what)) -}}
{% endmacro %}
