{% macro record_parts() %}
{#- Records in schema_parts what the operational tables have, at the end of a deployment and in its transaction. -#}
{%- set ours = company_enrichment.operational_tables() -%}
{%- set record -%}
delete from {{ target.schema }}.schema_parts;
insert into {{ target.schema }}.schema_parts (table_name, kind, part_name, definition)
select part.table_name, part.kind, part.part_name, part.definition
from ({{ company_enrichment.parts_of_tables() }}) as part
where
    part.table_name = any({{ company_enrichment.quoted_array(ours.tables) }})
    {#- Indexes and triggers that somebody has added are theirs. -#}
    and (part.kind not in ('index', 'trigger') or part.part_name = any({{ company_enrichment.quoted_array(ours.parts) }}))
{%- endset -%}
{%- do run_query(record) -%}
{% endmacro %}
